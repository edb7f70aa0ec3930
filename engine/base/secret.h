// A secret that cannot be printed by accident, and references to where it is kept (rule 9).
#pragma once

#include "engine/base/error.h"

#include <string>

namespace rollover {

/// Holds a password. There is no operator<< and no formatter for it; `reveal()` marks every place that types it.
class secret {
public:
    secret() = default;
    explicit secret(std::string value) : value_(std::move(value)) {}
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

private:
    std::string value_;
};

/// Where a secret is kept, as it stands in the XML: "env:NAME" or "file:PATH".
using secret_reference = std::string;

/// Fetches the secret. A file's last line end is not part of it.
/// Errors: bad_input when the reference has another form; not_found when the variable or file is missing; the message
/// names the reference, never the value.
[[nodiscard]] result<secret> fetch(const secret_reference& reference);

/// Whether `text` has the form of a reference, without fetching anything.
[[nodiscard]] bool is_secret_reference(std::string_view text) noexcept;

}  // namespace rollover
