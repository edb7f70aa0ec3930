#include "apps/progress_display.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
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

bool is_over(const progress& p) {
    return p.stage == "ready" || p.stage == "clean" || p.stage == "failed" || p.stage == "quarantined";
}

struct size_of_terminal {
    std::size_t columns = 79;
    std::size_t rows = 22;
};

/// One column and two rows less than there are, so that nothing wraps or scrolls.
size_of_terminal terminal_size() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20 || size.ws_row < 5) {
        return {};
    }
    return {size.ws_col - 1U, size.ws_row - 2U};
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

/// The lines that were drawn last, one for each device; when the terminal is too low for all, those at work come first
/// and the last line counts the rest.
std::vector<std::string> progress_display::lines_to_draw(std::size_t most) const {
    auto devices = order_;
    if (devices.size() > most) {
        devices.clear();
        for (const bool over : {false, true}) {
            std::copy_if(order_.begin(), order_.end(), std::back_inserter(devices),
                         [&](const auto& device) { return is_over(latest_.at(device)) == over; });
        }
    }
    const std::size_t whole = devices.size() > most ? most - 1 : devices.size();
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < whole; ++i) {
        const auto& p = latest_.at(devices[i]);
        lines.push_back(fmt::format("{:<16} {:<12} {} {}", p.device, p.stage, bar(p), plain_text(p.text)));
    }
    if (whole < devices.size()) {
        std::map<std::string, std::size_t> rest;
        for (std::size_t i = whole; i < devices.size(); ++i) {
            ++rest[latest_.at(devices[i]).stage];
        }
        std::string counted;
        for (const auto& [stage, count] : rest) {
            counted += fmt::format("{}{} {}", counted.empty() ? "" : ", ", count, stage);
        }
        lines.push_back(fmt::format("{} more: {}", devices.size() - whole, counted));
    }
    return lines;
}

void progress_display::take_back() {
    if (drawn_ > 0) {
        out_ << fmt::format("\x1b[{}A\x1b[J", drawn_);
    }
    drawn_ = 0;
}

void progress_display::redraw() {
    const auto [columns, rows] = terminal_size();
    take_back();
    for (const auto& line : lines_to_draw(rows)) {
        out_ << line.substr(0, columns) << "\n";  // a line that wraps would not be taken back
        ++drawn_;
    }
    out_.flush();
}

void progress_display::say(const std::string& text) {
    if (kind_ != display_kind::terminal) {
        std::cerr << text << std::endl;
        return;
    }
    take_back();
    out_ << text << "\n";
    redraw();
}

void progress_display::finish() {
    if (kind_ == display_kind::terminal) {
        redraw();
    }
}

}  // namespace rollover::apps
