// One direction of a patch without I/O: what one line has received and the other has not taken yet, in its order: data,
// BREAKs, modem signals. Bounded: whoever fills it looks at `full` before it reads on.
#pragma once

#include "drivers/transport/line.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <variant>

namespace rollover::patch {

class way {
public:
    /// What waits at most, in bytes, before reading stops.
    static constexpr std::size_t bound = std::size_t{16} << 10U;
    /// The same while the converter has suspended us: its RESUME comes behind the data, so that must be read.
    static constexpr std::size_t suspended_bound = std::size_t{256} << 10U;

    void put(std::string_view data);
    void put_break();
    /// Replaces signals that wait as the last: only where they end counts.
    void put(transport::modem_outputs outputs);

    /// How much waits, in bytes; BREAKs and signals count as some.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    [[nodiscard]] bool full(bool suspended) const noexcept { return size_ >= (suspended ? suspended_bound : bound); }

    struct send_break {};
    /// What is to be done next; data as it lies together. Must not be empty. The view holds until the next call that
    /// changes the way.
    using step = std::variant<std::string_view, send_break, transport::modem_outputs>;
    [[nodiscard]] step next() const;
    /// The step is done: of data the first `bytes`, else all of it.
    void done(std::size_t bytes = 0);

private:
    struct chunk {
        std::string data;
        std::size_t taken = 0;
    };
    std::deque<std::variant<chunk, send_break, transport::modem_outputs>> items_;
    std::size_t size_ = 0;
};

}  // namespace rollover::patch
