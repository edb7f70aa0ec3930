#include "engine/base/error.h"

#include "engine/base/diagnostic.h"
#include "engine/base/secret.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>

namespace rollover {
namespace {

TEST(Failure, Describe_NamesPlaceCommandAnswerAndRemedy_AndEscapesTheDevice) {
    const auto f = failure(errc::device_rejected, "the device rejected line 7 of node A")
                       .at("device r1")
                       .after_command("ip adress")
                       .said("% Invalid \x1b[31minput\nsecond")
                       .advise("correct the line");
    EXPECT_EQ(describe(f),
              "device r1: the device rejected line 7 of node A\n"
              "  typed:    ip adress\n"
              "  answered: % Invalid ^[[31minput\n"
              "            second\n"
              "  to mend:  correct the line");
}

TEST(Failure, Describe_NewLinesAtTheEndOfAnAnswer_AreNotShown) {
    EXPECT_EQ(describe(failure(errc::device_rejected, "no").said("ip: what?\n\nip: no\r\n")),
              "no\n  answered: ip: what?\n            \n            ip: no");
    EXPECT_EQ(describe(failure(errc::device_rejected, "no").said("\n")), "no");
}

TEST(Failure, At_APlaceThatIsNamedAlready_IsNotNamedAgain) {
    const auto at = [](std::string inner, std::string outer) {
        return failure(errc::io, "no").at(std::move(inner)).at(std::move(outer)).where;
    };
    EXPECT_EQ(at("cross-connect xc1 (bridge xc)", "cross-connect xc1"), "cross-connect xc1 (bridge xc)");
    EXPECT_EQ(at("cross-connect xc1", "cross-connect xc1"), "cross-connect xc1");
    EXPECT_EQ(at("cross-connect xc10", "cross-connect xc1"), "cross-connect xc1: cross-connect xc10");
    EXPECT_EQ(at("bridge xc", "cross-connect xc1"), "cross-connect xc1: bridge xc");
}

TEST(Diagnostic, HasTheFormOfACompiler) {
    EXPECT_EQ(to_string(diagnostic{{"lab.xml", 3, 9}, "unknown type", "allowed: ethernet, serial"}),
              "lab.xml:3:9: error: unknown type; allowed: ethernet, serial");
}

TEST(Secret, FetchedFromEnvironmentAndFile_ClearTextIsRefusedWithoutShowingIt) {
    ::setenv("ROLLOVER_TEST_SECRET", "xyzzy", 1);
    const auto from_environment = fetch("env:ROLLOVER_TEST_SECRET");
    ASSERT_TRUE(from_environment);
    EXPECT_EQ(from_environment->reveal(), "xyzzy");

    const std::string path = testing::TempDir() + "rollover_secret";
    std::ofstream(path) << "plugh\r\n";
    const auto from_file = fetch("file:" + path);
    ASSERT_TRUE(from_file);
    EXPECT_EQ(from_file->reveal(), "plugh");
    std::remove(path.c_str());

    EXPECT_EQ(fetch("file:" + path).error().code, errc::not_found);
    const auto clear = fetch("hunter2");
    ASSERT_FALSE(clear);
    EXPECT_EQ(describe(clear.error()).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace rollover
