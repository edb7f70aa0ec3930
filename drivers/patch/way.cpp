#include "drivers/patch/way.h"

namespace rollover::patch {

namespace {
constexpr std::size_t chunk_size = 4096;
constexpr std::size_t size_of_signal = 64;  // what an item costs beside data, so that endless BREAKs are bounded too
}  // namespace

void way::put(std::string_view data) {
    if (data.empty()) {
        return;
    }
    size_ += data.size();
    if (!items_.empty()) {
        auto* last = std::get_if<chunk>(&items_.back());
        if (last != nullptr && last->data.size() + data.size() <= chunk_size) {
            last->data += data;
            return;
        }
    }
    items_.emplace_back(chunk{std::string(data), 0});
}

void way::put_break() {
    size_ += size_of_signal;
    items_.emplace_back(send_break{});
}

void way::put(transport::modem_outputs outputs) {
    if (!items_.empty() && std::holds_alternative<transport::modem_outputs>(items_.back())) {
        items_.back() = outputs;
        return;
    }
    size_ += size_of_signal;
    items_.emplace_back(outputs);
}

way::step way::next() const {
    const auto& first = items_.front();
    if (const auto* data = std::get_if<chunk>(&first)) {
        return std::string_view(data->data).substr(data->taken);
    }
    if (const auto* outputs = std::get_if<transport::modem_outputs>(&first)) {
        return *outputs;
    }
    return send_break{};
}

void way::done(std::size_t bytes) {
    auto* data = std::get_if<chunk>(&items_.front());
    if (data == nullptr) {
        size_ -= size_of_signal;
        items_.pop_front();
        return;
    }
    size_ -= bytes;
    data->taken += bytes;
    if (data->taken == data->data.size()) {
        items_.pop_front();
    }
}

}  // namespace rollover::patch
