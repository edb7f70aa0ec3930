#include "drivers/transport/inbox.h"

#include <algorithm>

namespace rollover::transport {

namespace {
constexpr std::size_t chunk = 4096;
}

void inbox::put(std::string_view data) {
    if (data.empty()) {
        return;
    }
    size_ += data.size();
    if (!items_.empty()) {
        auto* last = std::get_if<std::string>(&items_.back());
        if (last != nullptr && last->size() < chunk) {
            *last += data;
            return;
        }
    }
    items_.emplace_back(std::string(data));
}

void inbox::put(line_event what) {
    items_.emplace_back(std::move(what));
}

line_event inbox::take(std::span<char> into) {
    auto& first = items_.front();
    if (auto* what = std::get_if<line_event>(&first)) {
        line_event taken = std::move(*what);
        items_.pop_front();
        return taken;
    }
    auto& data = std::get<std::string>(first);
    const std::size_t count = std::min(data.size(), into.size());
    std::copy_n(data.begin(), count, into.begin());
    size_ -= count;
    data.erase(0, count);
    if (data.empty()) {
        items_.pop_front();
    }
    return data_received{count};
}

}  // namespace rollover::transport
