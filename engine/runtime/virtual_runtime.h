// Virtual time with an in-memory network: a two-hour activation runs in milliseconds, and the same seed gives the same
// run to the byte. Single-threaded; nothing here reads a real clock or opens a real socket.
#pragma once

#include "engine/runtime/runtime.h"

#include <boost/asio/io_context.hpp>
#include <deque>
#include <map>
#include <random>
#include <set>

namespace rollover {

struct virtual_options {
    std::uint64_t seed = 1;
    duration latency = std::chrono::microseconds(200);  ///< one way, of every connection
    std::size_t window = std::size_t{64} << 10U;        ///< bytes in flight per direction before writers wait
};

/// Why `virtual_runtime::run` came back.
enum class virtual_end {
    finished,  ///< the root coroutine ended
    stuck,     ///< nothing is left that could ever happen, yet the root has not ended: a bug
    out_of_time,
};

class virtual_runtime final : public runtime {
public:
    explicit virtual_runtime(virtual_options options = {});
    ~virtual_runtime() override;

    /// Runs `root` until it ends or virtual time reaches `limit`. What is still alive stays suspended.
    /// An exception that leaves `root` is thrown on.
    [[nodiscard]] virtual_end run(task<void> root, time_point limit = never);

    [[nodiscard]] boost::asio::any_io_executor executor() override;
    [[nodiscard]] time_point now() const override { return now_; }
    /// Virtual wall time starts at 2000-01-01T00:00:00Z.
    [[nodiscard]] wall_time wall_now() const override;
    [[nodiscard]] std::unique_ptr<alarm> make_alarm(std::function<void()> callback) override;
    [[nodiscard]] task<result<std::unique_ptr<byte_stream>>> connect(endpoint to, time_point deadline) override;
    /// The same for another runtime in this one's time and network: what waits at this end of the stream resumes there.
    /// Takes no time. Errors: unreachable.
    [[nodiscard]] result<std::unique_ptr<byte_stream>> connect_at_once(runtime& client, const endpoint& to);
    [[nodiscard]] result<std::unique_ptr<acceptor>> listen(const endpoint& at) override;
    /// Errors: unsupported, unless a stand-in was given to `on_process`.
    [[nodiscard]] task<result<process_result>> run(process_request request) override;
    /// Runs the work at once, on this thread.
    [[nodiscard]] task<void> offload(std::function<void()> work) override;
    /// Runs the work at once, unless the background is held.
    void background(std::function<void()> work) override;
    [[nodiscard]] result<std::unique_ptr<descriptor_watch>> watch(int descriptor) override;
    [[nodiscard]] std::uint64_t random() override { return random_(); }

    /// Stands in for programs: called for every `run`.
    void on_process(std::function<result<process_result>(const process_request&)> stand_in);

    /// Holds back the work of the background, as a disk that hangs would; `false` runs what has gathered.
    void hold_background(bool held);

    /// One way, of every connection.
    [[nodiscard]] duration latency() const noexcept { return options_.latency; }

    /// How many alarms have called back; a measure of the work of a run.
    [[nodiscard]] std::uint64_t alarms_fired() const noexcept { return alarms_fired_; }

private:
    friend class virtual_alarm;
    friend class virtual_acceptor;
    struct entry {
        time_point when;
        std::uint64_t order;
        class virtual_alarm* which;
        bool operator<(const entry& other) const {
            return when != other.when ? when < other.when : order < other.order;
        }
    };

    boost::asio::io_context context_;
    time_point now_{};
    std::uint64_t next_order_ = 0;
    std::uint64_t alarms_fired_ = 0;
    std::set<entry> alarms_;
    std::map<endpoint, class virtual_acceptor*> listening_;
    std::uint16_t next_port_ = 49152;
    virtual_options options_;
    std::mt19937_64 random_;
    std::deque<std::function<void()>> background_;
    bool background_held_ = false;
    std::function<result<process_result>(const process_request&)> stand_in_;
};

/// Two connected in-memory streams, as `connect` and `accept` give them; for tests that need no listener.
[[nodiscard]] std::pair<std::unique_ptr<byte_stream>, std::unique_ptr<byte_stream>> make_pipe(
    runtime& rt, duration latency = {}, std::size_t window = std::size_t{64} << 10U);
/// The first end is for coroutines of `near`, the second for those of `far`; both have the same clock.
[[nodiscard]] std::pair<std::unique_ptr<byte_stream>, std::unique_ptr<byte_stream>> make_pipe_between(
    runtime& near, runtime& far, duration latency, std::size_t window);

}  // namespace rollover
