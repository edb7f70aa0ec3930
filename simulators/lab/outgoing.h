// What goes to a client: handed over at once while the connection takes it, kept in order while it does not.
#pragma once

#include "engine/runtime/runtime.h"

namespace rollover::sim {

class outgoing {
public:
    /// A client that reads nothing loses what comes when so many bytes wait: a converter's buffer is not endless.
    static constexpr std::size_t limit = std::size_t{64} << 10U;

    /// Both must outlive it. `group` runs the coroutine that waits for the client.
    outgoing(byte_stream& to, task_group& group) : to_(to), group_(group) {}
    outgoing(const outgoing&) = delete;
    outgoing& operator=(const outgoing&) = delete;

    void push(std::string_view bytes);
    /// Between `hold(true)` and `hold(false)` everything is kept back.
    void hold(bool held);
    /// Drops what waits.
    void purge() { waiting_.clear(); }

private:
    void flush();
    task<void> drain();

    byte_stream& to_;
    task_group& group_;
    std::string waiting_;
    bool held_ = false;
    bool draining_ = false;
};

}  // namespace rollover::sim
