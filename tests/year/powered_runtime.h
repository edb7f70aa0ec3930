// The runtime of a process that can be switched off between any two of its steps, as kill -9 and a power cut do it,
// while the world around it (a virtual_runtime with the simulated lab) goes on. Its wall clock can be set.
//
// What is switched off is not destroyed: its coroutines stay where they stood and never run again, so no destructor of
// theirs does what a process that was killed could not do. That memory is lost on purpose.
#pragma once

#include "engine/runtime/virtual_runtime.h"

#include <boost/asio/post.hpp>
#include <memory>
#include <set>

namespace rollover::tests {

/// What its parts ask before they do anything.
struct power {
    bool on = true;
    std::uint64_t steps = 0;                   ///< that were taken
    std::uint64_t off_at = ~std::uint64_t{0};  ///< it goes off before this one
    std::function<void()> went_off;
};

/// Runs what it is given in the world's context, one step after the other, as long as there is power.
class powered_executor {
public:
    powered_executor(boost::asio::io_context::executor_type in, std::shared_ptr<power> from)
        : in_(std::move(in)), power_(std::move(from)) {}

    template <class Work>
    void execute(Work work) const {
        if (!posts_) {
            // As an io_context does for who is on its thread; a cancelled co_spawn relies on it.
            if (power_->on) {
                std::move(work)();
            }
            return;
        }
        auto step = [from = power_, what = std::make_unique<Work>(std::move(work))]() mutable {
            if (from->on && from->steps++ >= from->off_at) {
                from->went_off();
            }
            auto* const mine = what.release();
            if (from->on) {
                const std::unique_ptr<Work> ends(mine);
                std::move (*mine)();
            }
        };
        boost::asio::post(in_, std::move(step));
    }

    [[nodiscard]] boost::asio::execution_context& query(boost::asio::execution::context_t /*what*/) const noexcept {
        return in_.context();
    }
    [[nodiscard]] boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t /*what*/) const noexcept {
        return posts_ ? boost::asio::execution::blocking_t(boost::asio::execution::blocking.never)
                      : boost::asio::execution::blocking_t(boost::asio::execution::blocking.possibly);
    }
    [[nodiscard]] powered_executor require(boost::asio::execution::blocking_t::never_t /*what*/) const {
        auto out = *this;
        out.posts_ = true;
        return out;
    }
    [[nodiscard]] powered_executor require(boost::asio::execution::blocking_t::possibly_t /*what*/) const {
        auto out = *this;
        out.posts_ = false;
        return out;
    }

    friend bool operator==(const powered_executor& a, const powered_executor& b) noexcept {
        return a.power_ == b.power_ && a.posts_ == b.posts_;
    }
    friend bool operator!=(const powered_executor& a, const powered_executor& b) noexcept { return !(a == b); }

private:
    boost::asio::io_context::executor_type in_;
    std::shared_ptr<power> power_;
    bool posts_ = false;
};

class powered_runtime final : public runtime {
public:
    /// `world` must outlive it. `programs` stands in for programs.
    powered_runtime(virtual_runtime& world, std::function<result<process_result>(const process_request&)> programs);
    powered_runtime(const powered_runtime&) = delete;
    powered_runtime& operator=(const powered_runtime&) = delete;
    ~powered_runtime() override = default;

    /// From now on nothing of it runs. Its connections end, as the kernel of its machine sees to.
    void switch_off();
    /// The same after so many more steps; `then` is called.
    void switch_off_after(std::uint64_t steps, std::function<void()> then);
    [[nodiscard]] bool is_on() const noexcept { return power_->on; }
    [[nodiscard]] std::uint64_t steps() const noexcept { return power_->steps; }

    /// Called after each work of the pool: what it has changed can be looked at.
    void after_work(std::function<void()> look) { look_ = std::move(look); }

    /// By so much the wall clock is ahead of the world's.
    void set_clock(duration ahead) { ahead_ = ahead; }

    [[nodiscard]] boost::asio::any_io_executor executor() override { return executor_; }
    [[nodiscard]] time_point now() const override { return world_.now(); }
    [[nodiscard]] wall_time wall_now() const override { return world_.wall_now() + ahead_; }
    [[nodiscard]] std::unique_ptr<alarm> make_alarm(std::function<void()> callback) override;
    [[nodiscard]] task<result<std::unique_ptr<byte_stream>>> connect(endpoint to, time_point deadline) override;
    [[nodiscard]] result<std::unique_ptr<acceptor>> listen(const endpoint& at) override;
    [[nodiscard]] task<result<process_result>> run(process_request request) override;
    /// At once, between two steps.
    [[nodiscard]] task<void> offload(std::function<void()> work) override;
    void background(std::function<void()> work) override;
    [[nodiscard]] result<std::unique_ptr<descriptor_watch>> watch(int descriptor) override;
    [[nodiscard]] std::uint64_t random() override { return world_.random(); }

private:
    class stream;
    [[nodiscard]] task<void> stay_off();

    virtual_runtime& world_;
    std::function<result<process_result>(const process_request&)> programs_;
    std::shared_ptr<power> power_ = std::make_shared<power>();
    boost::asio::any_io_executor executor_;
    std::shared_ptr<std::set<byte_stream*>> connections_ = std::make_shared<std::set<byte_stream*>>();
    duration ahead_{};
    std::function<void()> look_;
};

}  // namespace rollover::tests
