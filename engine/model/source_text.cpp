#include "engine/model/source_text.h"

#include <algorithm>
#include <utility>

namespace rollover::model {

source_text::source_text(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
    line_starts_.push_back(0);
    for (std::size_t at = text_.find('\n'); at != std::string_view::npos; at = text_.find('\n', at + 1)) {
        line_starts_.push_back(static_cast<std::uint32_t>(at + 1));
    }
}

source_place source_text::at(std::size_t offset) const {
    const auto byte = static_cast<std::uint32_t>(std::min(offset, text_.size()));
    const auto after = std::ranges::upper_bound(line_starts_, byte);
    const auto line = static_cast<std::uint32_t>(after - line_starts_.begin());
    return {file_, line, byte - *(after - 1) + 1};
}

}  // namespace rollover::model
