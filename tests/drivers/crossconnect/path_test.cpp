#include "drivers/crossconnect/path.h"

#include "engine/runtime/virtual_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::crossconnect {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A network that passes packets up to a size.
struct Path : testing::Test {
    Path() {
        rt.on_process([this](const process_request& request) -> result<process_result> {
            ++pings;
            process_result ended;
            if (answer != 0) {
                ended.exit_code = answer;
                ended.errors = "ping: invalid option -- 'M'\n";
                return ended;
            }
            EXPECT_EQ(request.argv.front(), "ping");
            EXPECT_THAT(request.argv, testing::IsSupersetOf({"-M", "do", "-I", "192.0.2.1"}));
            const auto size = std::find(request.argv.begin(), request.argv.end(), "-s");
            ended.exit_code = std::stoul(*std::next(size)) + 28 <= passing ? 0 : 1;
            return ended;
        });
    }
    result<void> check(std::uint32_t mtu) {
        tunnel over;
        over.local = "192.0.2.1";
        over.remote = "192.0.2.2";
        over.vni = 1;
        over.mtu = mtu;
        address from;
        from.name = "xc1";
        result<void> outcome = failure();
        auto root = [](runtime& r, address where, tunnel to, result<void>& into) -> task<void> {
            auto done = co_await check_path(r, std::move(where), std::move(to), r.now() + 1min);
            into = std::move(done);
        };
        EXPECT_EQ(rt.run(root(rt, from, over, outcome)), virtual_end::finished);
        return outcome;
    }

    virtual_runtime rt;
    std::uint32_t passing = 9200;
    int answer = 0;
    int pings = 0;
};

TEST_F(Path, Wide_IsSaidWithOnePing) {
    EXPECT_TRUE(check(9200));
    EXPECT_EQ(pings, 1);
}

TEST_F(Path, Narrow_TheLargestIsNamed) {
    for (const auto size : {1500U, 1499U, 9199U, 129U, 128U}) {
        passing = size;
        const auto found = check(9200);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, errc::refused);
        EXPECT_THAT(found.error().reason, HasSubstr(std::to_string(size)));
        EXPECT_THAT(found.error().where, HasSubstr("xc1"));
    }
}

TEST_F(Path, Silent_IsUnreachable) {
    passing = 0;
    EXPECT_EQ(check(1600).error().code, errc::unreachable);
    EXPECT_EQ(pings, 2);
}

TEST_F(Path, NoPing_IsUnsupported) {
    answer = 127;
    EXPECT_EQ(check(1600).error().code, errc::unsupported);
    answer = 2;
    EXPECT_EQ(check(1600).error().code, errc::unsupported);
}

}  // namespace
}  // namespace rollover::crossconnect
