#include "drivers/transport/menu.h"

#include "drivers/transport/raw_line.h"
#include "tests/drivers/transport/far_end.h"

#include <gtest/gtest.h>

namespace rollover::transport {
namespace {

using namespace std::chrono_literals;

line_address address_with_menu() {
    line_address address;
    address.menu = {{"login:", menu_answer::user},
                    {"Password:", menu_answer::password},
                    {"Connect to port >", menu_answer::number}};
    address.user = "operator";
    address.password = secret("open sesame");
    address.number = "7";
    return address;
}

struct passage {
    result<void> passed;
    std::string heard;   ///< by the converter, in hexadecimal digits
    std::string behind;  ///< what the device said then
};

/// A converter that asks `last` in the end, in pieces.
task<void> converse(virtual_runtime& rt, std::string last, passage& into) {
    auto ends = make_pipe(rt, 1ms);
    far_end converter(std::move(ends.second));
    raw_line line(rt, std::move(ends.first));
    task_group group(rt);
    const auto far = [](virtual_runtime& r, far_end& c, std::string question, passage& what) -> task<void> {
        c.print("\r\nWelcome. Your last login: yesterday\r\nbox lo");
        (void)co_await sleep_for(r, 100ms);
        c.print("gin: ");
        what.heard = co_await c.heard(r, 9);
        c.print("operator\r\nPassword: ");
        what.heard += co_await c.heard(r, 12);
        c.print("\r\n 1: r1\r\n 7: r7\r\n\r\n" + question);
        what.heard += co_await c.heard(r, 2);
        c.print("\r\nConnected\r\nR7#");
    };
    group.spawn(far(rt, converter, std::move(last), into));
    const auto address = address_with_menu();
    into.passed = co_await pass_menu(rt, line, address, rt.now() + 1min);
    std::array<char, 256> buffer{};
    const auto got = co_await line.receive(buffer, rt.now() + 1s);
    if (got) {
        into.behind.assign(buffer.data(), std::get<data_received>(*got).bytes);
    }
    line.close();
    co_await group.join();
}

TEST(Menu, EachQuestionGetsItsAnswer_AndTheDeviceTheRest) {
    virtual_runtime rt;
    passage how;
    ASSERT_EQ(rt.run(converse(rt, "Connect to port > ", how)), virtual_end::finished);
    EXPECT_TRUE(how.passed) << describe(how.passed.error());
    EXPECT_EQ(unhex(how.heard), "operator\ropen sesame\r7\r");
    EXPECT_EQ(how.behind, "\r\nConnected\r\nR7#");
}

TEST(Menu, QuestionThatDoesNotCome_IsReportedWithWhatCameInstead) {
    virtual_runtime rt;
    passage how;
    ASSERT_EQ(rt.run(converse(rt, "Choose a port: ", how)), virtual_end::finished);
    ASSERT_FALSE(how.passed);
    EXPECT_EQ(how.passed.error().code, errc::refused);
    const auto words = describe(how.passed.error());
    for (const char* part : {"Connect to port >", "Choose a port:", "<menu>"}) {
        EXPECT_NE(words.find(part), std::string::npos) << words;
    }
    EXPECT_EQ(words.find("sesame"), std::string::npos);
}

}  // namespace
}  // namespace rollover::transport
