#include "drivers/crossconnect/host.h"

#include <array>
#include <cstdio>
#include <gtest/gtest.h>

namespace rollover::crossconnect {
namespace {

std::string answer_of_sh(const std::string& line) {
    FILE* pipe = ::popen(line.c_str(), "r");  // /bin/sh -c
    std::string output;
    std::array<char, 256> buffer{};
    while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        output.append(buffer.data(), count);
    }
    ::pclose(pipe);
    return output;
}

TEST(ShellLine, PlainWords_StayReadable) {
    const std::vector<std::string> words{"ovs-ofctl", "-O", "OpenFlow13", "dump-flows", "xc", "cookie=0x52/0xff"};
    EXPECT_EQ(shell_line(words, {}), "ovs-ofctl -O OpenFlow13 dump-flows xc cookie=0x52/0xff");
}

TEST(ShellLine, HostileWords_ReachTheProgramUnchanged) {
    const std::vector<std::string> words{"printf", "%s|",  "a b", "",  "it's", "$(id)", "`id`", "a;b&c",
                                         "\\",     "x\ny", "*",   "~", "\"",   "#",     "!1"};
    EXPECT_EQ(answer_of_sh(shell_line(words, {})), "a b||it's|$(id)|`id`|a;b&c|\\|x\ny|*|~|\"|#|!1|");
}

TEST(ShellLine, Environment_IsSet) {
    const std::vector<std::string> words{"sh", "-c", "echo \"$OVS_RUNDIR\""};
    const std::vector<std::pair<std::string, std::string>> environment{{"LC_ALL", "C"}, {"OVS_RUNDIR", "/tmp/a b'c"}};
    EXPECT_EQ(answer_of_sh(shell_line(words, environment)), "/tmp/a b'c\n");
}

}  // namespace
}  // namespace rollover::crossconnect
