#include "tests/year/powered_runtime.h"

#include <boost/asio/use_awaitable.hpp>

namespace rollover::tests {

namespace {

boost::asio::io_context::executor_type context_of(virtual_runtime& world) {
    return *world.executor().target<boost::asio::io_context::executor_type>();
}

}  // namespace

/// A connection that its runtime knows of.
class powered_runtime::stream final : public byte_stream {
public:
    stream(std::unique_ptr<byte_stream> inner, std::shared_ptr<power> from,
           std::shared_ptr<std::set<byte_stream*>> among)
        : inner_(std::move(inner)), power_(std::move(from)), among_(std::move(among)) {
        among_->insert(inner_.get());
    }
    ~stream() override { among_->erase(inner_.get()); }
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;

    task<result<std::size_t>> read_some(std::span<char> into, time_point deadline) override {
        return inner_->read_some(into, deadline);
    }
    task<result<void>> write(std::string_view bytes, time_point deadline) override {
        return inner_->write(bytes, deadline);
    }
    result<std::size_t> try_write(std::string_view bytes) override {
        if (!power_->on) {
            return failure(errc::cancelled, "there is no power");
        }
        return inner_->try_write(bytes);
    }
    task<result<void>> writable(time_point deadline) override { return inner_->writable(deadline); }
    std::optional<std::size_t> unacknowledged() const override { return inner_->unacknowledged(); }
    void close() noexcept override { inner_->close(); }
    int descriptor() const noexcept override { return inner_->descriptor(); }

private:
    std::unique_ptr<byte_stream> inner_;
    std::shared_ptr<power> power_;
    std::shared_ptr<std::set<byte_stream*>> among_;
};

powered_runtime::powered_runtime(virtual_runtime& world,
                                 std::function<result<process_result>(const process_request&)> programs)
    : world_(world), programs_(std::move(programs)), executor_(powered_executor(context_of(world), power_)) {}

void powered_runtime::switch_off() {
    power_->on = false;
    for (auto* const one : *connections_) {
        one->close();
    }
}

void powered_runtime::switch_off_after(std::uint64_t steps, std::function<void()> then) {
    power_->off_at = power_->steps + steps;
    power_->went_off = [this, then = std::move(then)] {
        switch_off();
        then();
    };
}

std::unique_ptr<alarm> powered_runtime::make_alarm(std::function<void()> callback) {
    return world_.make_alarm([from = power_, callback = std::move(callback)] {
        if (from->on) {
            callback();
        }
    });
}

task<void> powered_runtime::stay_off() {
    event never_comes(*this);
    co_await never_comes.wait();
}

task<result<std::unique_ptr<byte_stream>>> powered_runtime::connect(endpoint to, time_point deadline) {
    const auto slept = co_await sleep_until(*this, std::min(deadline, now() + 2 * world_.latency()));
    if (!slept) {
        co_return slept.error();
    }
    auto made = world_.connect_at_once(*this, to);
    if (!made) {
        co_return made.error();
    }
    std::unique_ptr<byte_stream> known = std::make_unique<stream>(std::move(*made), power_, connections_);
    co_return std::move(known);
}

result<std::unique_ptr<acceptor>> powered_runtime::listen(const endpoint& at) {
    return failure(errc::unsupported, "this process only connects: " + to_string(at));
}

task<result<process_result>> powered_runtime::run(process_request request) {
    const auto slept = co_await sleep_for(*this, world_.latency());
    if (!slept) {
        co_return slept.error();
    }
    co_return programs_(request);
}

task<void> powered_runtime::offload(std::function<void()> work) {
    // As on a pool: others go on meanwhile, and the power may fail before it, and between what it did and its answer.
    co_await boost::asio::post(executor_, boost::asio::use_awaitable);
    work();
    if (look_) {
        look_();
    }
    if (!power_->on) {  // the work itself met the end: a write that was torn
        co_await stay_off();
    }
    co_await boost::asio::post(executor_, boost::asio::use_awaitable);
}

void powered_runtime::background(std::function<void()> work) {
    if (power_->on) {
        world_.background(std::move(work));
    }
}

result<std::unique_ptr<descriptor_watch>> powered_runtime::watch(int descriptor) {
    return world_.watch(descriptor);
}

}  // namespace rollover::tests
