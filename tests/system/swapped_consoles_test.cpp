// Two routers whose console cables are swapped: it is found before a character of a configuration is typed, by the code
// that ships, in virtual time.
#include "engine/activation/memory_journal.h"
#include "engine/plan/plan.h"
#include "engine/runtime/virtual_runtime.h"
#include "tests/system/virtual_lab.h"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <set>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

/// Behind line 1 is a device with the serial number `first`, behind line 2 one with `second`.
std::string lab_of(const char* first, const char* second) {
    constexpr auto device =
        "<device name=\"r{0}\" platform=\"cisco-ios\" serial-number=\"{1}\"><console line=\"cs1/{0}\"/>"
        "<interface name=\"FastEthernet0/0\"/></device>\n";
    return "<lab name=\"swapped\"><site name=\"main\"><converter name=\"cs1\" protocol=\"telnet\" "
           "host=\"192.0.2.1\"><line number=\"1\" port=\"4001\"/><line number=\"2\" port=\"4002\"/></converter>\n" +
           fmt::format(device, 1, first) + fmt::format(device, 2, second) + "</site></lab>";
}

constexpr const char* topology =
    "<topology name=\"two\"><node name=\"A\"><require platform=\"cisco-ios\"/><config>\nhostname A\n</config></node>"
    "<node name=\"B\"><require platform=\"cisco-ios\"/><config>\nhostname B\n</config></node></topology>";

class two_routers {
public:
    explicit two_routers(const std::string& as_cabled)
        : cabled_(read_lab_or_die(as_cabled)),
          lab_(read_lab_or_die(lab_of("FTX1", "FTX2"))),
          topology_(read_topology_or_die(topology)),
          platforms_(platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes_)),
          wheel_(rt_),
          journal_(rt_),
          simulator_(rt_, cabled_, {}, {}),
          env_(rt_, wheel_, platforms_, journal_) {
        env_.tell = [this](const activation::progress_event& e) { stages.insert(e.stage); };
        std::string name = testing::TempDir() + "rollover_swapped_XXXXXX";
        folder_ = env_.folder = ::mkdtemp(name.data());
    }

    ~two_routers() { std::filesystem::remove_all(folder_); }
    two_routers(const two_routers&) = delete;
    two_routers& operator=(const two_routers&) = delete;

    void run() {
        EXPECT_EQ(rt_.run(root(), time_point(24h)), virtual_end::finished);
        for (const auto* name : {"r1", "r2"}) {
            std::ifstream in(folder_ / "transcripts" / (std::string(name) + ".cast"));
            transcripts.append(std::istreambuf_iterator<char>(in), {});
        }
    }

    activation::outcome up;
    std::set<activation::stage> stages;
    std::string transcripts;
    std::string words;
    std::vector<std::string> before;
    std::vector<std::string> after;
    std::vector<bool> clean;

private:
    std::vector<std::string> configurations() {
        return {simulator_.at({0}).running_configuration(), simulator_.at({1}).running_configuration()};
    }

    task<void> root() {
        const auto started = simulator_.start();
        if (!started) {
            ADD_FAILURE() << describe(started.error());
            co_return;
        }
        const auto placed = placement::find({lab_, topology_, {}, {}});
        if (!placed) {
            ADD_FAILURE() << describe(placed.error());
            co_return;
        }
        diagnostics wrong;
        const auto plan = plan::make_plan(lab_, topology_, {}, *placed, platforms_, wrong);
        EXPECT_TRUE(wrong.empty());
        before = configurations();
        activation::beginning begin{lab_.name, "lab.xml", "two", "test", {"r1", "r2"}, ""};
        const auto id = co_await journal_.begin(std::move(begin));
        up = co_await activation::activate(env_, lab_, *plan, *id, stop_);
        for (const auto& one : up.failures) {
            words += describe(one) + "\n";
        }
        after = configurations();
        clean = {simulator_.at({0}).is_clean(), simulator_.at({1}).is_clean()};
        co_await simulator_.stop();
    }

    model::lab cabled_;
    model::lab lab_;
    model::topology topology_;
    diagnostics mistakes_;
    platform::library platforms_;
    virtual_runtime rt_;
    console::pacing_wheel wheel_;
    activation::memory_journal journal_;
    sim::lab_simulator simulator_;
    activation::environment env_;
    activation::stop_switch stop_;
    std::filesystem::path folder_;
};

TEST(SwappedConsoles, AreFoundBeforeACharacterOfConfigurationIsTyped) {
    two_routers lab(lab_of("FTX2", "FTX1"));
    lab.run();
    EXPECT_EQ(lab.up.how, activation::ending::failed);
    EXPECT_FALSE(lab.stages.contains(activation::stage::typing));
    EXPECT_THAT(lab.transcripts, HasSubstr("show version")) << "it was asked who it is";
    EXPECT_THAT(lab.transcripts, testing::Not(HasSubstr("configure")));
    EXPECT_EQ(lab.before, lab.after);
    EXPECT_THAT(lab.clean, testing::Each(true));
    EXPECT_THAT(
        lab.words,
        testing::AnyOf(
            AllOf(HasSubstr("the console of r1 (line cs1/1) is that of a device with serial number FTX2"),
                  HasSubstr("r2 has that one in the lab file, and is on line cs1/2: are the cables swapped?")),
            AllOf(HasSubstr("the console of r2 (line cs1/2) is that of a device with serial number FTX1"),
                  HasSubstr("r1 has that one in the lab file, and is on line cs1/1: are the cables swapped?"))));
    EXPECT_THAT(lab.words, HasSubstr("Nothing was configured or erased on it"));
    for (const auto& [name, condition] : lab.up.devices) {
        EXPECT_EQ(condition, activation::device_condition::clean) << name << "\n" << lab.words;
    }
}

TEST(SwappedConsoles, CabledAsTheLabFileSays_AreConfigured) {
    two_routers lab(lab_of("FTX1", "ftx2"));
    lab.run();
    EXPECT_EQ(lab.up.how, activation::ending::ready) << lab.words;
    EXPECT_TRUE(lab.stages.contains(activation::stage::typing));
    EXPECT_THAT(lab.transcripts, HasSubstr("configure terminal"));
    EXPECT_THAT(lab.after, Contains(HasSubstr("hostname A")));
    EXPECT_THAT(lab.after, Contains(HasSubstr("hostname B")));
}

}  // namespace
}  // namespace rollover::tests
