// What the operator of a lab has forbidden on a platform: checked before anything of it is typed, and again as it is
// typed, whatever wrote the line. docs/labs.md, "Forbidden commands", says what is found and what is not.
#pragma once

#include "drivers/platform/description.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::platform {

/// One of the two: `command` in the words of the device, each of which may be abbreviated; or `pattern`, RE2.
struct forbidden_command {
    std::string command;
    std::string pattern;
    std::string because;
};

class forbidden_commands {
public:
    /// A pattern that does not compile (readers check them) forbids every line.
    explicit forbidden_commands(std::span<const forbidden_command> rules);
    ~forbidden_commands();
    forbidden_commands(const forbidden_commands&) = delete;
    forbidden_commands& operator=(const forbidden_commands&) = delete;

    /// Which of `lines` must not be typed, and why. A line is also looked at as a device may come to read it: joined
    /// with the next one behind a \, without quotes and \, without the eighth bit.
    [[nodiscard]] std::vector<refused_line> find(std::span<const std::string> lines) const;
    /// The same of one command.
    [[nodiscard]] std::optional<refused_line> find(const std::string& line) const;
    [[nodiscard]] bool empty() const noexcept;

private:
    struct compiled;
    [[nodiscard]] std::optional<std::string> why(const std::string& text) const;
    std::unique_ptr<compiled> compiled_;
};

}  // namespace rollover::platform
