// The head of an HTTP/1 message in bytes that come piece by piece: where it ends, and whether every line of it is one
// that all who read it understand alike. Beast parses it afterwards; this comes first because Beast lets pass what can
// smuggle a request past a proxy (folded lines), and has no limit of its own until the head is whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rollover::service {

/// What a request is answered with when it is none, or not one that we take.
struct refusal {
    unsigned status = 400;
    std::string reason;  ///< for a person, one sentence, no full stop
};

class head_scanner {
public:
    enum class found { more_needed, end, wrong };

    explicit head_scanner(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// Looks on where the last call stopped; `buffer` is all that has come of this message, and only grows.
    [[nodiscard]] found look(std::string_view buffer);

    /// After `end`: the size of the head with its empty line.
    [[nodiscard]] std::size_t size() const noexcept { return at_; }
    /// After `wrong`.
    [[nodiscard]] const refusal& why() const noexcept { return why_; }

private:
    found refuse(unsigned status, std::string reason);

    std::size_t most_bytes_;
    std::size_t at_ = 0;
    bool first_line_ended_ = false;
    refusal why_;
};

}  // namespace rollover::service
