// Collects the mistakes of one file. Bounded: a hostile file with a million mistakes costs no more than one with a few.
#pragma once

#include "engine/base/diagnostic.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace rollover::model {

/// Names in straight quotes, as every message shows what the user wrote; long ones are cut.
[[nodiscard]] std::string in_quotes(std::string_view text);

class mistakes {
public:
    /// More than these are counted, not kept.
    static constexpr std::size_t most_kept = 1000;

    void add(source_place place, std::string what, std::string hint = {});

    [[nodiscard]] bool none() const noexcept { return kept_.empty(); }
    [[nodiscard]] bool full() const noexcept { return kept_.size() >= most_kept; }

    /// `did you mean "x"?` for the nearest candidate; else `words` (which may be empty). Looks no further once the file
    /// has cost too many comparisons, because two long lists compare in quadratic time.
    [[nodiscard]] std::string nearest(std::string_view wrong, std::span<const std::string> candidates,
                                      std::string words = {});

    /// All of them in the order of their places, and one more that counts those left out. Leaves this empty.
    [[nodiscard]] diagnostics take();

private:
    diagnostics kept_;
    std::size_t left_out_ = 0;
    std::size_t comparisons_left_ = 200'000;
};

}  // namespace rollover::model
