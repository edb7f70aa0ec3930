// Configurations as IOS and EOS print them: a line at the margin opens a block, lines behind blanks are in it.
#pragma once

#include <string_view>
#include <vector>

namespace rollover::switches {

struct block {
    std::string_view heading;
    std::vector<std::string_view> lines;  ///< with their blanks in front
};

/// Comments ("!"), empty lines and what stands before the first block are left out. The text must outlive the result.
[[nodiscard]] std::vector<block> blocks_of(std::string_view text);

/// Whether the words of `line` begin with those of `beginning`.
[[nodiscard]] bool begins(std::string_view line, std::string_view beginning) noexcept;
/// The words behind them; empty where it does not begin so.
[[nodiscard]] std::string_view behind(std::string_view line, std::string_view beginning) noexcept;

}  // namespace rollover::switches
