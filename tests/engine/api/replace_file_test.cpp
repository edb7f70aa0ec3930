#include "engine/api/replace_file.h"

#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rollover::api {
namespace {

namespace fs = std::filesystem;

class ReplaceFile : public testing::Test {
protected:
    ReplaceFile() {
        std::string name = testing::TempDir() + "rollover_replace_XXXXXX";
        folder_ = ::mkdtemp(name.data());
        fs::create_directory(folder_ / "real");
        std::ofstream(target_ = folder_ / "real" / "lab.xml") << "old";
        fs::permissions(target_, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    }
    ~ReplaceFile() override { fs::remove_all(folder_); }

    static std::string contents(const fs::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ / "real"), {}));
    }

    fs::path folder_;
    fs::path target_;
};

TEST_F(ReplaceFile, FileAsExpected_HasTheNewTextAndTheOldMode) {
    EXPECT_TRUE(replace_file(target_, "old", "new"));
    EXPECT_EQ(contents(target_), "new");
    EXPECT_EQ(fs::status(target_).permissions(),
              fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    EXPECT_EQ(files(), 1U);
}

TEST_F(ReplaceFile, SymbolicLink_StaysOne) {
    const auto link = folder_ / "lab.xml";
    fs::create_symlink("real/lab.xml", link);
    EXPECT_TRUE(replace_file(link, "old", "new"));
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_EQ(fs::read_symlink(link), "real/lab.xml");
    EXPECT_EQ(contents(target_), "new");
    EXPECT_EQ(files(), 1U);
}

TEST_F(ReplaceFile, ChangedMeanwhile_IsLeftAsItIs) {
    std::ofstream(target_) << "edited by hand";
    const auto done = replace_file(target_, "old", "new");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, errc::busy);
    EXPECT_THAT(describe(done.error()), testing::HasSubstr("somebody has changed the file meanwhile"));
    EXPECT_EQ(contents(target_), "edited by hand");
    EXPECT_EQ(files(), 1U);
}

TEST_F(ReplaceFile, FileThatIsGone_IsAFailure) {
    fs::remove(target_);
    EXPECT_FALSE(replace_file(target_, "old", "new"));
    EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace rollover::api
