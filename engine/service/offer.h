// The topologies that a lab offers to its users: the files NAME.xml of a folder that authors look after.
#pragma once

#include "engine/base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace rollover::service {

class offer {
public:
    offer() = default;  ///< nothing is offered
    explicit offer(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Sorted; read anew each time. Blocks. Errors: bad_input, the folder cannot be read.
    [[nodiscard]] result<std::vector<std::string>> names() const;
    /// The XML. Blocks. Errors: not_found; bad_input for a file that is larger than a body may be.
    [[nodiscard]] result<std::string> source(const std::string& name) const;

private:
    std::filesystem::path folder_;
};

}  // namespace rollover::service
