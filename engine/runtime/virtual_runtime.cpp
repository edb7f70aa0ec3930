#include "engine/runtime/virtual_runtime.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <deque>
#include <exception>
#include <string>

namespace rollover {

namespace asio = boost::asio;

class virtual_alarm final : public alarm {
public:
    virtual_alarm(virtual_runtime& rt, std::function<void()> callback) : runtime_(rt), callback_(std::move(callback)) {}
    ~virtual_alarm() override { clear(); }
    virtual_alarm(const virtual_alarm&) = delete;
    virtual_alarm& operator=(const virtual_alarm&) = delete;

    void set(time_point when) override {
        if (when == never) {
            clear();
            return;
        }
        virtual_runtime::entry fresh{std::max(when, runtime_.now_), runtime_.next_order_++, this};
        if (armed_) {
            auto node = runtime_.alarms_.extract(place_);
            node.value() = fresh;
            place_ = runtime_.alarms_.insert(std::move(node)).position;
            return;
        }
        place_ = runtime_.alarms_.insert(fresh).first;
        armed_ = true;
    }

    void clear() noexcept override {
        if (armed_) {
            runtime_.alarms_.erase(place_);
            armed_ = false;
        }
    }

    void fire() {
        clear();
        callback_();
    }

private:
    virtual_runtime& runtime_;
    std::function<void()> callback_;
    std::set<virtual_runtime::entry>::iterator place_;
    bool armed_ = false;
};

class virtual_acceptor final : public acceptor {
public:
    virtual_acceptor(virtual_runtime& rt, endpoint at) : runtime_(rt), at_(std::move(at)), arrived_(rt) {
        runtime_.listening_[at_] = this;
    }
    ~virtual_acceptor() override { close(); }
    virtual_acceptor(const virtual_acceptor&) = delete;
    virtual_acceptor& operator=(const virtual_acceptor&) = delete;

    task<result<std::unique_ptr<byte_stream>>> accept() override {
        while (waiting_.empty()) {
            if (closed_) {
                co_return failure(errc::cancelled, "the listener was closed");
            }
            const wake why = co_await arrived_.wait();
            if (why == wake::cancelled) {
                co_return failure(errc::cancelled, "stopped while listening");
            }
        }
        auto stream = std::move(waiting_.front());
        waiting_.pop_front();
        co_return std::move(stream);
    }

    std::uint16_t port() const noexcept override { return at_.port; }

    void close() noexcept override {
        if (!closed_) {
            closed_ = true;
            runtime_.listening_.erase(at_);
            waiting_.clear();
            arrived_.notify();
        }
    }

    void arrive(std::unique_ptr<byte_stream> stream) {
        waiting_.push_back(std::move(stream));
        arrived_.notify();
    }

private:
    virtual_runtime& runtime_;
    endpoint at_;
    event arrived_;
    std::deque<std::unique_ptr<byte_stream>> waiting_;
    bool closed_ = false;
};

virtual_runtime::virtual_runtime(virtual_options options)
    : context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), options_(options), random_(options.seed) {}

virtual_runtime::~virtual_runtime() {
    hold_background(false);
}

asio::any_io_executor virtual_runtime::executor() {
    return context_.get_executor();
}

wall_time virtual_runtime::wall_now() const {
    constexpr auto start = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);
    return wall_time(start) + now_.time_since_epoch();
}

std::unique_ptr<alarm> virtual_runtime::make_alarm(std::function<void()> callback) {
    return std::make_unique<virtual_alarm>(*this, std::move(callback));
}

virtual_end virtual_runtime::run(task<void> root, time_point limit) {
    bool ended = false;
    std::exception_ptr thrown;
    auto on_end = [&ended, &thrown](std::exception_ptr error) {
        ended = true;
        thrown = std::move(error);
    };
    asio::co_spawn(context_, std::move(root), std::move(on_end));
    for (;;) {
        context_.restart();
        context_.poll();
        if (ended) {
            if (thrown) {
                std::rethrow_exception(thrown);
            }
            return virtual_end::finished;
        }
        if (alarms_.empty()) {
            return virtual_end::stuck;
        }
        const entry next = *alarms_.begin();
        if (next.when > limit) {
            now_ = limit;
            return virtual_end::out_of_time;
        }
        now_ = next.when;
        ++alarms_fired_;
        next.which->fire();
    }
}

task<result<std::unique_ptr<byte_stream>>> virtual_runtime::connect(endpoint to, time_point deadline) {
    const auto slept = co_await sleep_until(*this, std::min(deadline, now_ + 2 * options_.latency));
    if (!slept) {
        co_return slept.error();
    }
    co_return connect_at_once(*this, to);
}

result<std::unique_ptr<byte_stream>> virtual_runtime::connect_at_once(runtime& client, const endpoint& to) {
    const auto found = listening_.find(to);
    if (found == listening_.end()) {
        return failure(errc::unreachable, "connection refused by " + to_string(to));
    }
    auto ends = make_pipe_between(client, *this, options_.latency, options_.window);
    found->second->arrive(std::move(ends.second));
    return std::move(ends.first);
}

result<std::unique_ptr<acceptor>> virtual_runtime::listen(const endpoint& at) {
    endpoint address = at;
    if (address.port == 0) {
        address.port = next_port_++;
    }
    if (listening_.contains(address)) {
        return failure(errc::io, "the address " + to_string(address) + " is in use");
    }
    return std::unique_ptr<acceptor>(std::make_unique<virtual_acceptor>(*this, std::move(address)));
}

task<result<process_result>> virtual_runtime::run(process_request request) {
    const auto slept = co_await sleep_for(*this, options_.latency);
    if (!slept) {
        co_return slept.error();
    }
    if (!stand_in_) {
        co_return failure(errc::unsupported, "no programs run in virtual time: " + request.argv.front());
    }
    co_return stand_in_(request);
}

result<std::unique_ptr<descriptor_watch>> virtual_runtime::watch(int descriptor) {
    return failure(errc::unsupported, "virtual time has no descriptors, not even " + std::to_string(descriptor));
}

task<void> virtual_runtime::offload(std::function<void()> work) {
    work();
    co_return;
}

void virtual_runtime::background(std::function<void()> work) {
    background_.push_back(std::move(work));
    hold_background(background_held_);
}

void virtual_runtime::hold_background(bool held) {
    background_held_ = held;
    while (!background_held_ && !background_.empty()) {
        const auto work = std::move(background_.front());
        background_.pop_front();
        work();
    }
}

void virtual_runtime::on_process(std::function<result<process_result>(const process_request&)> stand_in) {
    stand_in_ = std::move(stand_in);
}

}  // namespace rollover
