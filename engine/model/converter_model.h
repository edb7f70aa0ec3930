// What one kind of converter does in its own way, as data: an XML file for each in drivers/converters/, so that a box
// that behaves oddly needs no code.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/runtime/time.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::model {

/// How a line is reached.
enum class line_protocol { raw, telnet, rfc2217, ssh, tty };

/// What follows a CR on a Telnet line without BINARY (RFC 854 wants NUL or LF; some boxes pass either on to the
/// device).
enum class after_cr { nul, lf, nothing };

/// How BREAK is sent: as the protocol has it, by Telnet's own command even where RFC 2217 is spoken, or not at all.
enum class break_by { protocol, telnet, nothing };

/// Characters that the converter acts on instead of passing them to the device.
struct escape_sequence {
    std::string text;
    bool at_line_start = false;  ///< only as the first characters of a line
    std::string because;         ///< what it would do, for the message
};

/// What it asks those who come by its menu, before it gives the line.
struct menu_question {
    enum class answer { line, user, password };
    std::string says;  ///< the end of what it says
    answer with = answer::line;
};

struct converter_model {
    std::string name;                                   ///< empty: nothing is known of this converter
    std::map<line_protocol, std::uint32_t> port_bases;  ///< TCP port = base + number of the line
    std::uint32_t openings = 0;                         ///< connections that may be set up at once; 0: any number
    model::after_cr after_cr = model::after_cr::nul;
    model::break_by break_by = model::break_by::protocol;
    bool answers_settings = true;         ///< RFC 2217 settings are acknowledged; where they never are, nobody waits
    std::vector<std::string> busy_texts;  ///< beginnings of what it says on a port that somebody else holds
    std::vector<escape_sequence> escapes;
    std::vector<menu_question> menu;  ///< in the order in which it asks
    std::string when_busy;            ///< what to do about a busy line, for the message
};

using converter_models = std::map<std::string, converter_model, std::less<>>;

/// Reads every *.xml of the folders, later folders win (topologies/schema/converter.xsd). All mistakes are reported.
[[nodiscard]] converter_models read_converter_models(const std::vector<std::filesystem::path>& folders,
                                                     diagnostics& mistakes);

/// Reads one file; `into` stays as it is when there are mistakes.
void read_converter_model(std::string_view xml, const std::string& file, converter_models& into, diagnostics& mistakes);

}  // namespace rollover::model
