// Who a device says that it is, and whether that is the one that the lab file means. Pure.
//     <identify> of the platform file + outputs of its commands ─► identity ─► compared with the pins of the lab file
#pragma once

#include "drivers/platform/description.h"

#include <string>
#include <string_view>

namespace rollover::platform {

/// What was read; empty: the device did not say.
struct identity {
    std::string serial_number;
    std::string model;
    std::string software;

    [[nodiscard]] const std::string& operator[](identity_part part) const;
    [[nodiscard]] std::string& operator[](identity_part part);
    friend bool operator==(const identity&, const identity&) = default;
};

/// "serial number", "model", "software".
[[nodiscard]] std::string_view name_of(identity_part part) noexcept;

/// Whether any command of the platform reads `part`.
[[nodiscard]] bool reads(const description& d, identity_part part);

/// Adds to `known` what the output of `command` says and is not known yet: of the first rule, in their order, that
/// finds something in any line. Blanks around a value do not count.
void take_identity(const identify_command& command, std::string_view output, identity& known);

/// Serial numbers: the same but for upper and lower case.
[[nodiscard]] bool same_serial_number(std::string_view pinned, std::string_view found);

/// Models are written in many ways: a lab file's "2811" is a device's "CISCO2811" and "Cisco 2811", its "3750" is
/// "WS-C3750G-24TS". Only letters and digits count, in either case; one must stand within the other, and a number is
/// not cut: "281" is no "2811".
[[nodiscard]] bool same_model(std::string_view pinned, std::string_view found);

}  // namespace rollover::platform
