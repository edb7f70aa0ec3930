// From XML files to the model. Every mistake is reported at once, with its place; hostile input costs bounded time.
#pragma once

#include "engine/base/error.h"
#include "engine/model/lab.h"
#include "engine/model/topology.h"

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace rollover::model {

/// The largest XML file that is read, in bytes; larger ones get an error, not a try.
inline constexpr std::size_t largest_file = std::size_t{32} << 20U;

/// What a file turned out to be.
using document = std::variant<lab, topology>;

/// Either the value (then `mistakes` is empty) or the mistakes, in the order of their places.
template <class T>
struct read_result {
    std::optional<T> value;
    diagnostics mistakes;
};

/// Reads by the root element. `file` is used in messages and kept in the value.
/// Rejects: a DOCTYPE (so no entity bombs), elements nested deeper than 32, invalid UTF-8, NUL and other control
/// characters (but tab, LF, CR) anywhere, unknown elements and attributes (with the nearest known name as a hint).
/// `known`: what a lab's `model="..."` of a converter may name.
[[nodiscard]] read_result<document> read_document(std::string_view xml, const std::string& file,
                                                  const converter_models& known = {});
[[nodiscard]] read_result<document> read_document(const std::filesystem::path& file,
                                                  const converter_models& known = {});

[[nodiscard]] read_result<lab> read_lab(const std::filesystem::path& file, const converter_models& known = {});
[[nodiscard]] read_result<topology> read_topology(const std::filesystem::path& file);
[[nodiscard]] read_result<lab> read_lab(std::string_view xml, const std::string& file,
                                        const converter_models& known = {});
[[nodiscard]] read_result<topology> read_topology(std::string_view xml, const std::string& file);

/// Replaces `${pod}` by arguments and defaults, and `${NODE.link}` by `interface_of(node, link)`; `$${` stands for a
/// literal `${`. `interface_of` answers nothing for a node and link that do not meet.
/// Errors: bad_input at `place` for an unknown name (with the nearest one as a hint) or an unclosed `${`.
using interface_lookup = std::function<std::optional<std::string>(std::string_view node, std::string_view link)>;
[[nodiscard]] result<std::string> expand(std::string_view text, const source_place& place, const topology& t,
                                         const arguments& given, const interface_lookup& interface_of);

/// What `given` gets wrong: names that the topology does not have, parameters without a value, values with control
/// characters. Places point into the topology's file; a name from the command line has file "command line".
[[nodiscard]] diagnostics check_arguments(const topology& t, const arguments& given);

/// Every `${...}` of the topology tried with stand-in interface names, without a lab: what `check` can know.
[[nodiscard]] diagnostics check_expansions(const topology& t);

}  // namespace rollover::model
