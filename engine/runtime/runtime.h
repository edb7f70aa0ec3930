// The one seam to the world: time, timers, connections, programs, threads. Two implementations: `real_runtime` on
// Asio, `virtual_runtime` in virtual time with in-memory streams. Code above must not be able to tell them apart.
#pragma once

#include "engine/runtime/process.h"
#include "engine/runtime/stream.h"
#include "engine/runtime/task.h"
#include "engine/runtime/time.h"

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

namespace rollover {

/// Calls back once at a time; may be set again, also from the callback. Destroying it clears it.
class alarm {
public:
    virtual ~alarm() = default;
    /// Replaces an earlier setting. A time that has passed calls back at the next turn, never from within `set`.
    virtual void set(time_point when) = 0;
    virtual void clear() noexcept = 0;
};

/// Waits for a file descriptor of a library or a device; the descriptor stays the caller's and must outlive the watch.
class descriptor_watch {
public:
    enum class readiness { readable, writable };
    virtual ~descriptor_watch() = default;
    /// One waiter for each kind at a time. Errors: timed_out, cancelled, io.
    [[nodiscard]] virtual task<result<void>> wait(readiness what, time_point deadline) = 0;
};

class runtime {
public:
    virtual ~runtime() = default;

    /// Where coroutines of this runtime run: one thread.
    [[nodiscard]] virtual boost::asio::any_io_executor executor() = 0;

    [[nodiscard]] virtual time_point now() const = 0;
    [[nodiscard]] virtual wall_time wall_now() const = 0;

    [[nodiscard]] virtual std::unique_ptr<alarm> make_alarm(std::function<void()> callback) = 0;

    /// Connects over TCP (TCP_NODELAY and keep-alive set).
    /// Errors: unreachable (name unknown, refused, no route), timed_out, cancelled.
    [[nodiscard]] virtual task<result<std::unique_ptr<byte_stream>>> connect(endpoint to, time_point deadline) = 0;

    /// Listens on TCP. Port 0 takes a free one. Errors: io with the address in the words (in use, not ours).
    [[nodiscard]] virtual result<std::unique_ptr<acceptor>> listen(const endpoint& at) = 0;

    /// Runs a program, see process.h.
    [[nodiscard]] virtual task<result<process_result>> run(process_request request) = 0;

    /// Runs `work` where blocking hurts nobody (a thread of a pool), and resumes here when it is done. Not cancellable.
    [[nodiscard]] virtual task<void> offload(std::function<void()> work) = 0;

    /// Hands `work` to the background thread, where it may block on a slow disk and stops nobody; it must not throw.
    /// Works are done one after the other in the order of the calls; all are done when the runtime is gone, so a disk
    /// that hangs delays the end of the process. `background.h` waits for one.
    virtual void background(std::function<void()> work) = 0;

    /// Watches a descriptor. Errors: io; unsupported in virtual time, which has no descriptors.
    [[nodiscard]] virtual result<std::unique_ptr<descriptor_watch>> watch(int descriptor) = 0;

    /// Random bits for jitter and names; reproducible on the virtual runtime.
    [[nodiscard]] virtual std::uint64_t random() = 0;
};

}  // namespace rollover
