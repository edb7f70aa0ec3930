#include "apps/progress_display.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace rollover::apps {

namespace {

constexpr std::size_t bar_width = 24;

/// Device texts may hold anything; a terminal must not act on them, and a line must stay one line.
std::string plain_text(const std::string& text) {
    std::string out;
    for (const char c : text.substr(0, 100)) {
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
    return out;
}

std::string bar(const progress& p) {
    if (p.stage != "typing" || p.lines_total == 0) {
        return std::string(bar_width + 2, ' ');
    }
    const std::size_t full = bar_width * std::min(p.lines_typed, p.lines_total) / p.lines_total;
    return "[" + std::string(full, '#') + std::string(bar_width - full, '.') + "]";
}

}  // namespace

display_kind kind_for_standard_output(bool json) {
    if (json) {
        return display_kind::json;
    }
    return ::isatty(STDOUT_FILENO) == 1 ? display_kind::terminal : display_kind::plain;
}

void progress_display::tell(const progress& p) {
    switch (kind_) {
        case display_kind::plain: tell_plain(p); break;
        case display_kind::json: tell_json(p); break;
        case display_kind::terminal: {
            if (!latest_.contains(p.device)) {
                order_.push_back(p.device);
            }
            latest_[p.device] = p;
            const auto now = std::chrono::steady_clock::now();
            if (now - last_drawn_ >= std::chrono::milliseconds(100)) {
                last_drawn_ = now;
                redraw();
            }
            break;
        }
    }
}

void progress_display::tell_plain(const progress& p) {
    auto& before = latest_[p.device];
    // A pipe gets a line when something changes, not one for every line typed.
    const bool typed_all = p.stage == "typing" && p.lines_typed == p.lines_total && p.lines_total > 0;
    if (before.stage != p.stage || before.text != p.text || typed_all) {
        out_ << fmt::format("{} {:<12} {}", p.activation, p.device, p.stage);
        if (typed_all) {
            out_ << fmt::format(" {}/{} lines, {} characters", p.lines_typed, p.lines_total, p.characters);
        }
        out_ << (p.text.empty() ? "" : ": " + plain_text(p.text)) << std::endl;
    }
    before = p;
}

void progress_display::tell_json(const progress& p) {
    const nlohmann::ordered_json line{{"event", "progress"},          {"activation", p.activation},
                                      {"device", p.device},           {"stage", p.stage},
                                      {"lines_typed", p.lines_typed}, {"lines_total", p.lines_total},
                                      {"characters", p.characters},   {"text", p.text}};
    out_ << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

void progress_display::redraw() {
    if (drawn_ > 0) {
        out_ << fmt::format("\x1b[{}A", drawn_);
    }
    for (const auto& device : order_) {
        const auto& p = latest_[device];
        out_ << fmt::format("\x1b[2K{:<16} {:<12} {} {}", device, p.stage, bar(p), plain_text(p.text).substr(0, 40))
             << "\n";
    }
    drawn_ = order_.size();
    out_.flush();
}

void progress_display::finish() {
    if (kind_ == display_kind::terminal) {
        redraw();
    }
}

}  // namespace rollover::apps
