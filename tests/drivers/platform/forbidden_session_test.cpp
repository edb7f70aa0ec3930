// What the operator forbids, when it is about to be typed: whatever wrote the line, no character of it reaches the
// line.
#include "drivers/platform/forbidden.h"
#include "tests/drivers/platform/device_bench.h"

namespace rollover::platform {
namespace {

std::shared_ptr<const forbidden_commands> list() {
    const std::vector<forbidden_command> rules{
        {"reload", "", "others need it"}, {"ip route add", "", ""}, {"ip addr del", "", ""}};
    return std::make_shared<const forbidden_commands>(rules);
}

struct answers {
    std::string words;
    std::uint64_t typed = 0;
};

task<void> configure(bench& b, std::vector<typed_line> lines, answers& came) {
    const time_point deadline = b.rt.now() + std::chrono::hours(2);
    const result<void> home = co_await b.talk->bring_home(deadline);
    EXPECT_TRUE(home);
    b.talk->forbid(list());
    const auto before = b.port.counters().received;
    const result<void> configured = co_await b.talk->configure(lines, deadline, nullptr);
    came.words = words(configured);
    EXPECT_TRUE(configured || configured.error().code == errc::bad_input);
    came.typed = b.port.counters().received - before;
}

TEST(ForbiddenSession, Configuration_NothingOfItIsTyped) {
    for (const char* line : {"do reload", "do rel",
                             "x\x15"
                             "do reload",
                             "do\trel", "hostname a\rdo reload", "rel\x08\x08"}) {
        SCOPED_TRACE(line);
        bench b("cisco-ios", "");
        answers came;
        b.run(configure(b, {{"hostname B", {"t.xml", 4, 3}}, {line, {"t.xml", 5, 3}}}, came));
        EXPECT_NE(came.words.find("t.xml:5:3"), std::string::npos) << came.words;
        EXPECT_NE(came.words.find("never typed"), std::string::npos) << came.words;
        EXPECT_EQ(came.typed, 0U);
    }
    bench b("cisco-ios", "");
    answers came;
    b.run(configure(b, {{"do rel\\", {"t.xml", 4, 3}}, {"oad", {"t.xml", 5, 3}}}, came));
    EXPECT_EQ(came.typed, 0U) << came.words;
}

TEST(ForbiddenSession, WhatIsAllowed_IsTyped) {
    bench b("cisco-ios", "");
    answers came;
    b.run(configure(b, {{"hostname B", {"t.xml", 4, 3}}}, came));
    EXPECT_EQ(came.words, "done");
    EXPECT_GT(came.typed, 0U);
}

task<void> run(bench& b, std::string command, std::vector<std::string>& came) {
    const time_point deadline = b.rt.now() + std::chrono::hours(2);
    const result<void> home = co_await b.talk->bring_home(deadline);
    EXPECT_TRUE(home);
    b.talk->forbid(list());
    const auto before = b.port.counters().received;
    const auto answer = co_await b.talk->run(std::move(command), deadline);
    came.push_back(answer ? "answered" : describe(answer.error()));
    came.push_back(b.port.counters().received == before ? "nothing" : "typed");
}

TEST(ForbiddenSession, CommandOfACheck_IsNotTyped) {
    bench b("cisco-ios", "");
    std::vector<std::string> came;
    b.run(run(b, "reload", came));
    EXPECT_NE(came[0].find("'reload' is forbidden: others need it"), std::string::npos) << came[0];
    EXPECT_EQ(came[1], "nothing");
}

/// The engine's own erase reloads the device: the list is about what authors write.
task<void> erase(bench& b, answers& came) {
    const time_point deadline = b.rt.now() + std::chrono::hours(2);
    const result<void> home = co_await b.talk->bring_home(deadline);
    EXPECT_TRUE(home);
    b.talk->forbid(list());
    const result<void> erased = co_await b.talk->erase({}, deadline);
    came.words = words(erased);
}

TEST(ForbiddenSession, TheEnginesOwnErase_IsNoAuthors) {
    bench b("cisco-ios", "");
    answers came;
    b.run(erase(b, came));
    EXPECT_EQ(came.words, "done");
}

/// To restore what was found, a forbidden line would have to be typed.
task<void> restore(bench& b, std::vector<forbidden_command> rules, answers& came) {
    const time_point deadline = b.rt.now() + std::chrono::hours(2);
    const result<void> home = co_await b.talk->bring_home(deadline);
    EXPECT_TRUE(home);
    const result<configuration> before = co_await b.talk->read_configuration(deadline);
    EXPECT_TRUE(before);
    const std::vector<typed_line> lines{{"snmp-server location rack", {}}};
    const result<void> configured = co_await b.talk->configure(lines, deadline, nullptr);
    EXPECT_TRUE(configured) << words(configured);
    b.talk->forbid(std::make_shared<const forbidden_commands>(rules));
    const result<void> restored = co_await b.talk->erase(before ? *before : configuration(), deadline);
    came.words = words(restored);
}

bool has_rack(const std::vector<forbidden_command>& rules, answers& came) {
    bench b("cisco-ios", "");
    auto restoring = std::make_shared<description>(*shipped("cisco-ios"));
    restoring->how_to_erase = erase_method::restore;
    restoring->erase.clear();
    restoring->verify_clean.clear();
    b.talk = std::make_unique<session>(b.rt, b.on, restoring, logins(), std::vector<std::string>{}, log_sink());
    b.run(restore(b, rules, came));
    return b.device->running_configuration().find("location rack") != std::string::npos;
}

TEST(ForbiddenSession, RestoredConfiguration_IsNotTypedEither) {
    answers came;
    EXPECT_FALSE(has_rack({{"no hostname", "", ""}}, came));
    EXPECT_EQ(came.words, "done") << "what is not forbidden is restored";
    EXPECT_TRUE(has_rack({{"no snmp-server", "", ""}}, came)) << "it stays: for a person to see";
    EXPECT_NE(came.words.find("cannot be restored"), std::string::npos) << came.words;
    EXPECT_NE(came.words.find("no snmp-server location rack"), std::string::npos) << came.words;
}

}  // namespace
}  // namespace rollover::platform
