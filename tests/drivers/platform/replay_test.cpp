// Every capture of a real program, replayed: the machines must type exactly what they typed then, and come to the same
// end, however the answers are cut.
#include "tests/drivers/platform/support.h"

#include <filesystem>
#include <fstream>

namespace rollover::platform {
namespace {

struct procedure {
    std::string name;
    std::vector<std::string> lines;
    std::string result;
};

struct recorded {
    std::string platform;
    std::string login;
    std::vector<std::string> interfaces;
    std::vector<procedure> procedures;
};

recorded read_remarks(const std::string& file) {
    recorded r;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto value = [&](std::string_view key) -> std::optional<std::string> {
            const auto start = "# " + std::string(key) + ": ";
            return line.starts_with(start) ? std::optional(line.substr(start.size())) : std::nullopt;
        };
        if (const auto platform = value("platform")) {
            r.platform = *platform;
        } else if (const auto login = value("login")) {
            r.login = *login;
        } else if (const auto interface = value("interface")) {
            r.interfaces.push_back(*interface);
        } else if (const auto name = value("procedure")) {
            r.procedures.push_back({*name, {}, {}});
        } else if (const auto text = value("line")) {
            r.procedures.back().lines.push_back(*text);
        } else if (const auto result = value("result")) {
            r.procedures.back().result = *result;
        }
    }
    return r;
}

/// What somebody else has typed before we came.
std::string left_behind(const std::string& file, std::size_t index) {
    std::ifstream in(file);
    std::size_t seen = 0;
    bool here = false;
    for (std::string line; std::getline(in, line);) {
        here = here || (line.starts_with("# procedure: ") && seen++ == index);
        if (here && line.starts_with("> ")) {
            return test::unescaped(line.substr(2));
        }
    }
    return {};
}

std::vector<std::string> captures() {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("tests/captures")) {
        if (entry.path().extension() == ".txt" && !read_remarks(entry.path().string()).procedures.empty()) {
            files.push_back(entry.path().string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

machine_ptr make(const procedure& p, dialogue_context& c, const std::vector<typed_line>& lines,
                 const configuration& before) {
    if (p.name == "home") {
        return make_bring_home(c);
    }
    if (p.name == "read") {
        return make_read(c);
    }
    if (p.name == "erase") {
        return make_erase(c, before);
    }
    if (p.name == "hand-over") {
        return make_hand_over(c);
    }
    return p.name.starts_with("configure=") ? make_configure(c, lines, nullptr)
                                            : make_run(c, p.name.substr(p.name.find('=') + 1));
}

/// The bytes that the device has said.
std::size_t replay(const std::string& file, test::cut how) {
    const auto r = read_remarks(file);
    test::capture_device device(test::read_capture(file));
    test::machine_driver driver(device, how);
    auto c = context_for(shipped(r.platform));
    c.who.user = r.login;
    c.interfaces = r.interfaces;
    configuration before;
    for (std::size_t i = 0; i < r.procedures.size(); ++i) {
        const auto& p = r.procedures[i];
        if (p.name.starts_with("key=")) {
            driver.absorb();
            driver.say(device.typed(left_behind(file, i)));
            driver.absorb();
            c.position.reset();
            c.met = false;
            c.host.clear();
            continue;
        }
        std::vector<typed_line> lines;
        for (const auto& text : p.lines) {
            lines.push_back({text, {"author.xml", static_cast<std::uint32_t>(lines.size() + 1), 1}});
        }
        const auto m = make(p, c, lines, before);
        const auto held = driver.hold(*m);
        EXPECT_EQ(held.done ? "done" : name_of(held.why.code), p.result)
            << file << ": " << p.name << ": " << describe(held.why);
        if (p.name == "read" && before.empty()) {
            before = c.read;
        }
    }
    EXPECT_EQ(device.difference(), "") << file << ", cut after " << how.at.value_or(0);
    return driver.said();
}

TEST(Replay, WholeAnswers) {
    const auto files = captures();
    EXPECT_GE(files.size(), 16U);
    for (const auto& file : files) {
        EXPECT_GT(replay(file, {}), 0U);
    }
}

TEST(Replay, ByteByByteWithAPauseAfterEach) {
    for (const auto& file : captures()) {
        replay(file, {1});
    }
}

TEST(Replay, RandomCuts) {
    for (const auto& file : captures()) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            replay(file, {24, seed});
        }
    }
}

// With a pause that every listener takes for silence.
TEST(Replay, CutAtEveryPosition) {
    for (const auto& file : captures()) {
        const std::size_t bytes = replay(file, {});
        for (std::size_t at = 1; at < bytes && !::testing::Test::HasFailure(); ++at) {
            replay(file, {.at = at});
        }
    }
}

}  // namespace
}  // namespace rollover::platform
