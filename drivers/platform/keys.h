// How keys are written in a platform file: {^Z}, {CR}, {ESC} and so on, among ordinary characters.
#pragma once

#include "engine/base/error.h"

#include <string>
#include <string_view>

namespace rollover::platform {

/// The characters that `written` stands for. {^A}..{^Z}, {^[} {^\} {^]} {^^} {^_} {^?} {^@} are control characters,
/// {CR} {LF} {ESC} {TAB} {SPACE} {DEL} {BS} their names, {{ is a brace. Errors: bad_input with what is allowed.
[[nodiscard]] result<std::string> decode_keys(std::string_view written);

/// The way back, for messages: control characters as {^Z} and so on.
[[nodiscard]] std::string encode_keys(std::string_view keys);

}  // namespace rollover::platform
