// The text of a file with an index of its lines, so that any byte offset has a place.
#pragma once

#include "engine/base/diagnostic.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::model {

class source_text {
public:
    /// `text` is not copied: it must outlive this. At most 4 GiB.
    source_text(std::string_view text, std::string file);

    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] const std::string& file() const noexcept { return file_; }
    /// The file as a whole.
    [[nodiscard]] source_place whole() const { return {file_, 0, 0}; }
    /// The place of a byte; offsets beyond the end give the end. Logarithmic in the number of lines.
    [[nodiscard]] source_place at(std::size_t offset) const;

private:
    std::string_view text_;
    std::string file_;
    std::vector<std::uint32_t> line_starts_;
};

}  // namespace rollover::model
