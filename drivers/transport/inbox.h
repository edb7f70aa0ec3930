// What a line has received and nobody has asked for yet, in its order: data and events.
#pragma once

#include "drivers/transport/line.h"

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace rollover::transport {

class inbox {
public:
    void put(std::string_view data);
    void put(line_event what);

    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    /// Data that waits, in bytes.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// The next item; data goes into `into`, as much as fits. Must not be empty, `into` neither.
    [[nodiscard]] line_event take(std::span<char> into);

private:
    std::deque<std::variant<std::string, line_event>> items_;
    std::size_t size_ = 0;
};

}  // namespace rollover::transport
