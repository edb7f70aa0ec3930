// The control characters of ASCII that mean something on a console.
#pragma once

namespace rollover::console {

inline constexpr char bell = 0x07, back = 0x08, cancel = 0x18, substitute = 0x1a, escape = 0x1b, del = 0x7f;

[[nodiscard]] constexpr bool is_control(char byte) noexcept {
    return static_cast<unsigned char>(byte) < 0x20 || byte == del;
}

}  // namespace rollover::console
