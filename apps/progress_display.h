// Live progress of an activation: a line per device that is redrawn on a terminal, plain lines in a pipe, or JSON
// lines.
#pragma once

#include "engine/api/engine.h"

#include <chrono>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace rollover::apps {

enum class display_kind { terminal, plain, json };

/// Terminal when `out` is one, unless JSON was asked for.
[[nodiscard]] display_kind kind_for_standard_output(bool json);

class progress_display {
public:
    progress_display(std::ostream& out, display_kind kind) : out_(out), kind_(kind) {}
    void tell(const progress& p);
    /// A line for the person who watches: above the drawn lines, or on standard error.
    void say(const std::string& text);
    /// Draws the last state; after this nothing is redrawn.
    void finish();

private:
    void tell_plain(const progress& p);
    void tell_json(const progress& p);
    void redraw();
    void take_back();
    [[nodiscard]] std::vector<std::string> lines_to_draw(std::size_t most) const;

    std::ostream& out_;
    display_kind kind_;
    std::vector<std::string> order_;
    std::map<std::string, progress> latest_;
    std::size_t drawn_ = 0;
    std::chrono::steady_clock::time_point last_drawn_{};
};

}  // namespace rollover::apps
