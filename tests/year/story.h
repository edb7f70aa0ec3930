// What happens in the lab, drawn from a seed: users who book, extend and cancel, an operator who mends, and faults. All
// of it is told to the checker.
#pragma once

#include "tests/year/year_lab.h"

#include <random>

namespace rollover::tests {

struct story_options {
    std::uint64_t seed = 1;
    unsigned days = 365;
    double bookings_a_day = 40;
    double faults = 1;  ///< how many times as often as usual; 0: none
};

struct story_sums {
    std::size_t wishes = 0, booked = 0, refused = 0, unanswered = 0, extended = 0, cancelled = 0;
    std::map<std::string, std::size_t> faults;
};

class story {
public:
    story(year_lab& lab, story_options options);
    [[nodiscard]] task<void> run();
    [[nodiscard]] const story_sums& sums() const { return sums_; }

private:
    struct known {
        std::uint32_t mark = 0;
        std::string id;
        scheduler::window promised;
        scheduler::window held;
        std::vector<std::string> devices;
    };
    [[nodiscard]] task<void> users();
    [[nodiscard]] task<void> user(std::uint32_t mark);
    [[nodiscard]] task<void> cancel(known what, scheduler::instant when);
    [[nodiscard]] task<void> extend(known what, scheduler::instant when);
    [[nodiscard]] task<void> cancel_now(std::string id, std::uint32_t mark);
    [[nodiscard]] task<void> cancel_all();
    [[nodiscard]] task<void> operate();
    [[nodiscard]] task<void> mend(std::string device);
    [[nodiscard]] task<void> again_and_again(double a_day, task<void> (story::*what)());
    [[nodiscard]] task<void> break_a_device();
    [[nodiscard]] task<void> break_a_converter();
    [[nodiscard]] task<void> kill();
    [[nodiscard]] task<void> lose_the_store();
    [[nodiscard]] task<void> fill_the_disk();
    [[nodiscard]] task<void> set_the_clock();
    [[nodiscard]] task<void> lose_the_joins();
    [[nodiscard]] task<void> cut_the_cross_connect();
    /// Until a moment in which the service has much to do, most often.
    [[nodiscard]] task<void> until_it_works();

    [[nodiscard]] service::booking_request draw(std::uint32_t mark, std::size_t& links);
    [[nodiscard]] std::size_t begin_fault(const std::string& kind, const std::string& device);
    void end_fault(std::size_t which);
    [[nodiscard]] double chance() { return std::uniform_real_distribution<double>(0, 1)(dice_); }
    [[nodiscard]] std::uint64_t below(std::uint64_t n) { return dice_() % n; }
    [[nodiscard]] duration between(duration a, duration b);
    [[nodiscard]] task<void> sleep(duration d);
    [[nodiscard]] task<void> until(scheduler::instant when);
    [[nodiscard]] scheduler::instant now() const;

    year_lab& lab_;
    story_options options_;
    std::mt19937_64 dice_;
    task_group group_;
    bool ends_ = false;
    scheduler::instant end_;
    std::uint32_t marks_ = 0;
    std::map<std::string, known> known_;
    std::map<std::string, std::size_t> last_fault_;  ///< by device
    std::set<std::string> broken_;                   ///< devices with a fault now
    bool disk_is_faulty_ = false;
    story_sums sums_;
};

}  // namespace rollover::tests
