// Finds a command's echo in what was heard, and tells whether the device has received what was typed. Log lines that
// came in between, prompts that were drawn again and windows that scroll (IOS `$`, readline `<`) are allowed for.
#pragma once

#include "drivers/platform/patterns.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::platform {

struct echo_found {
    enum class verdict {
        exact,    ///< the device has received the text
        unsure,   ///< the echo cannot be read (scrolled, or mixed with other text)
        damaged,  ///< the device has received something else: `shown`
    };
    verdict what = verdict::unsure;
    std::size_t lines = 0;  ///< how many finished lines belong to the echo
    std::string shown;      ///< damaged: what was received, without the prompt
};

/// `prompt` is the open line on which `typed` was typed, `lines` what was finished after that. Pure.
[[nodiscard]] echo_found find_echo(const patterns& match, std::string_view prompt, std::string_view typed,
                                   std::span<const std::string> lines);

/// The output: `lines` after the echo, log text removed, then blank lines at both ends and the lines above the next
/// prompt, joined by LF.
[[nodiscard]] std::string output_after_echo(const patterns& match, std::size_t echo_lines,
                                            std::span<const std::string> lines);

}  // namespace rollover::platform
