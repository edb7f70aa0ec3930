#include "drivers/console/type_script.h"

#include "engine/base/diagnostic.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

namespace rollover::console {

namespace {

constexpr double longest_wait = 3600;  // seconds

/// Reads along one file and keeps the place for messages.
class script_reader {
public:
    script_reader(std::string_view text, const std::string& file) : text_(text), place_{file, 1, 1} {}

    result<std::vector<type_step>> read() {
        while (at_ < text_.size()) {
            auto done = text_[at_] == '{' ? directive() : character();
            if (!done) {
                return done.error();
            }
        }
        flush(false);
        return std::move(steps_);
    }

private:
    result<void> character() {
        const char c = text_[at_];
        if (c == '\n' || (c == '\r' && text_.substr(at_).starts_with("\r\n"))) {
            if (!after_directive_) {
                flush(true);
            }
            after_directive_ = false;
            skip(c == '\r' ? 2 : 1);
            ++place_.line;
            place_.column = 1;
            return {};
        }
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t') {
            return failure(errc::bad_input, "a control character cannot be typed from a file")
                .at(to_string(place_))
                .advise("write control keys as {^Z}");
        }
        pending_ += c;
        after_directive_ = false;
        skip(1);
        return {};
    }

    result<void> directive() {
        const auto close = text_.find('}', at_);
        const auto word = close == std::string_view::npos ? std::string_view{} : text_.substr(at_ + 1, close - at_ - 1);
        if (word == "ENTER") {
            flush(true);
        } else if (word.size() == 2 && word[0] == '^' && word[1] >= '@' + 1 && word[1] <= '_') {
            flush(false);
            steps_.push_back(type_key{static_cast<char>(word[1] - '@')});
        } else if (word == "WAIT" || word.starts_with("WAIT ")) {
            const auto time = seconds_of(word.substr(4));
            if (!time) {
                return failure(errc::bad_input, "WAIT needs a number of seconds, 0 to 3600")
                    .at(to_string(place_))
                    .advise("for instance {WAIT 2}");
            }
            flush(false);
            steps_.push_back(wait_for{*time});
        } else {
            return character();
        }
        after_directive_ = true;
        skip(word.size() + 2);
        return {};
    }

    static std::optional<duration> seconds_of(std::string_view text) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        double seconds = -1;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !(seconds >= 0) ||
            seconds > longest_wait) {
            return std::nullopt;
        }
        return std::chrono::duration_cast<duration>(std::chrono::duration<double>(seconds));
    }

    void flush(bool enter) {
        if (enter || !pending_.empty()) {
            steps_.push_back(type_text{std::move(pending_), enter});
        }
        pending_.clear();
    }

    void skip(std::size_t count) {
        at_ += count;
        place_.column += static_cast<std::uint32_t>(count);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    source_place place_;
    std::string pending_;
    bool after_directive_ = false;
    std::vector<type_step> steps_;
};

}  // namespace

result<std::vector<type_step>> read_type_script(std::string_view text, const std::string& file) {
    return script_reader(text, file).read();
}

std::size_t characters_in(const std::vector<type_step>& steps) {
    std::size_t count = 0;
    for (const auto& step : steps) {
        if (const auto* text = std::get_if<type_text>(&step)) {
            count += text->text.size() + (text->enter ? 1 : 0);
        } else if (std::holds_alternative<type_key>(step)) {
            ++count;
        }
    }
    return count;
}

}  // namespace rollover::console
