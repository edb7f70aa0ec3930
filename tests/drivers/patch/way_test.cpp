#include "drivers/patch/way.h"

#include <gtest/gtest.h>

namespace rollover::patch {
namespace {

/// All that waits, as text: data as it is, BREAK as #, signals as (dtr rts).
std::string drain(way& from) {
    std::string text;
    while (!from.empty()) {
        const auto step = from.next();
        std::size_t count = 0;
        if (const auto* data = std::get_if<std::string_view>(&step)) {
            text += *data;
            count = data->size();
        } else if (const auto* signals = std::get_if<transport::modem_outputs>(&step)) {
            text += std::string("(") + (signals->dtr ? "1" : "0") + (signals->rts ? "1" : "0") + ")";
        } else {
            text += "#";
        }
        from.done(count);
    }
    return text;
}

TEST(Way, KeepsTheOrder) {
    way w;
    w.put("ab");
    w.put_break();
    w.put("c");
    w.put(transport::modem_outputs{true, false});
    w.put("");
    w.put("d");
    EXPECT_EQ(drain(w), "ab#c(10)d");
    EXPECT_EQ(w.size(), 0U);
}

TEST(Way, PartOfTheData_LeavesTheRest) {
    way w;
    w.put("abcdef");
    w.done(2);
    EXPECT_EQ(std::get<std::string_view>(w.next()), "cdef");
    EXPECT_EQ(w.size(), 4U);
    w.put("g");
    EXPECT_EQ(drain(w), "cdefg");
}

TEST(Way, OnlyTheLastOfSignalsInARow_Counts) {
    way w;
    w.put(transport::modem_outputs{true, true});
    w.put(transport::modem_outputs{false, false});
    EXPECT_EQ(drain(w), "(00)");
    EXPECT_EQ(w.size(), 0U);
}

TEST(Way, EndlessBreaks_FillItToo) {
    way w;
    int breaks = 0;
    for (; !w.full(false) && breaks < 100'000; ++breaks) {
        w.put_break();
    }
    EXPECT_LT(breaks, 1000);
    EXPECT_FALSE(w.full(true));
}

}  // namespace
}  // namespace rollover::patch
