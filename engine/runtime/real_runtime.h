// The runtime of the shipped programs: one Asio io_context on one thread, and a small pool for work that blocks.
#pragma once

#include "engine/runtime/runtime.h"

#include <functional>
#include <memory>

namespace rollover {

class real_runtime final : public runtime {
public:
    /// `pool_threads`: threads for `offload`, 1..16.
    explicit real_runtime(unsigned pool_threads = 1);
    ~real_runtime() override;
    real_runtime(const real_runtime&) = delete;
    real_runtime& operator=(const real_runtime&) = delete;

    /// Runs `root` and all that it starts, on this thread, until it ends. An exception that leaves `root` is thrown on.
    void run(task<void> root);

    /// Calls `callback` on the runtime's thread at SIGINT and SIGTERM, every time, while this runtime lives.
    void on_stop_signal(std::function<void(int signal_number)> callback);

    [[nodiscard]] boost::asio::any_io_executor executor() override;
    [[nodiscard]] time_point now() const override;
    [[nodiscard]] wall_time wall_now() const override;
    [[nodiscard]] std::unique_ptr<alarm> make_alarm(std::function<void()> callback) override;
    [[nodiscard]] task<result<std::unique_ptr<byte_stream>>> connect(endpoint to, time_point deadline) override;
    [[nodiscard]] result<std::unique_ptr<acceptor>> listen(const endpoint& at) override;
    [[nodiscard]] task<result<process_result>> run(process_request request) override;
    [[nodiscard]] task<void> offload(std::function<void()> work) override;
    /// A thread of its own, made at the first call: on the pool a disk that hangs would stop the journal as well.
    void background(std::function<void()> work) override;
    [[nodiscard]] std::uint64_t random() override;

    [[nodiscard]] result<std::unique_ptr<descriptor_watch>> watch(int descriptor) override;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace rollover
