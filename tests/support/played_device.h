// Devices for tests of dialogues: one that replays a capture, and one that a test scripts itself.
#pragma once

#include "tests/support/capture.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::test {

/// Something at the end of a line.
class played_device {
public:
    virtual ~played_device() = default;
    /// What it says before anything is typed.
    virtual std::string greeting() { return {}; }
    /// What it answers to these bytes (all that was typed at once, the CR included).
    virtual std::string typed(std::string_view bytes) = 0;
};

/// Answers as in a capture, and remembers the first difference between what is typed and what was typed then.
class capture_device final : public played_device {
public:
    explicit capture_device(std::vector<capture_piece> pieces) : pieces_(std::move(pieces)) {}

    std::string greeting() override { return received(); }
    std::string typed(std::string_view bytes) override {
        if (next_ == pieces_.size() || pieces_[next_].bytes != bytes) {
            if (difference_.empty()) {
                difference_ = "typed '" + escaped(bytes) + "', in the capture " +
                              (next_ == pieces_.size() ? "nothing more" : "'" + escaped(pieces_[next_].bytes) + "'") +
                              " (piece " + std::to_string(next_) + ")";
            }
            return {};
        }
        ++next_;
        return received();
    }
    /// Empty when all of the capture was played and nothing else was typed.
    [[nodiscard]] std::string difference() const {
        return difference_.empty() && next_ != pieces_.size() ? "the end of the capture was not reached" : difference_;
    }

private:
    std::string received() {
        std::string bytes;
        while (next_ < pieces_.size() && !pieces_[next_].typed) {
            bytes += pieces_[next_++].bytes;
        }
        return bytes;
    }

    std::vector<capture_piece> pieces_;
    std::size_t next_ = 0;
    std::string difference_;
};

/// Answers by a function; keeps what was typed.
class scripted_device final : public played_device {
public:
    using answer = std::function<std::string(std::string_view)>;
    explicit scripted_device(answer how, std::string greeting = {})
        : how_(std::move(how)), greeting_(std::move(greeting)) {}

    std::string greeting() override { return greeting_; }
    std::string typed(std::string_view bytes) override {
        all.emplace_back(bytes);
        return how_(bytes);
    }
    std::vector<std::string> all;

private:
    answer how_;
    std::string greeting_;
};

}  // namespace rollover::test
