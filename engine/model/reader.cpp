#include "engine/model/reader.h"

#include "engine/model/lab_reader.h"
#include "engine/model/source_file.h"
#include "engine/model/topology_reader.h"
#include "engine/model/xml_document.h"

#include <fmt/format.h>
#include <utility>

namespace rollover::model {

namespace {

enum class wanted { either, lab, topology };

void wrong_root(xml_document& document, wanted what) {
    element root(document.shared(), document.root());
    const std::string_view tag = root.tag();
    if (tag == "lab" || tag == "topology") {
        root.wrong(fmt::format("this is a {}", tag),
                   fmt::format("a {} is wanted here", what == wanted::lab ? "lab" : "topology"));
        return;
    }
    std::vector<std::string> known;
    if (what != wanted::topology) {
        known.emplace_back("lab");
    }
    if (what != wanted::lab) {
        known.emplace_back("topology");
    }
    root.wrong(fmt::format("an unknown root element <{}>", tag.substr(0, 80)),
               root.out().nearest(tag, known, fmt::format("allowed: {}", fmt::join(known, ", "))));
}

read_result<document> read(std::string_view xml, const std::string& file, wanted what, const converter_models& known) {
    mistakes out;
    if (xml.size() > largest_file) {
        out.add({file, 0, 0}, fmt::format("the file has {} bytes", xml.size()),
                fmt::format("at most {} are read", largest_file));
        return {std::nullopt, out.take()};
    }
    const source_text source(xml, file);
    std::optional<document> value;
    if (const auto tree = xml_document::parse(source, out)) {
        const std::string_view tag = tree->root().name();
        if (tag == "lab" && what != wanted::topology) {
            value = lab_reader(*tree, known).read();
        } else if (tag == "topology" && what != wanted::lab) {
            value = topology_reader(*tree).read();
        } else {
            wrong_root(*tree, what);
        }
    }
    if (!out.none()) {
        return {std::nullopt, out.take()};
    }
    return {std::move(value), {}};
}

read_result<document> read(const std::filesystem::path& path, wanted what, const converter_models& known) {
    const std::string file = path.string();
    read_result<document> out;
    const auto bytes = load(path, out.mistakes);
    return bytes ? read(*bytes, file, what, known) : out;
}

template <class T>
read_result<T> only(read_result<document> any) {
    read_result<T> out;
    if (any.value) {
        out.value = std::get<T>(std::move(*any.value));
    }
    out.mistakes = std::move(any.mistakes);
    return out;
}

}  // namespace

read_result<document> read_document(std::string_view xml, const std::string& file, const converter_models& known) {
    return read(xml, file, wanted::either, known);
}
read_result<document> read_document(const std::filesystem::path& file, const converter_models& known) {
    return read(file, wanted::either, known);
}
read_result<lab> read_lab(const std::filesystem::path& file, const converter_models& known) {
    return only<lab>(read(file, wanted::lab, known));
}
read_result<lab> read_lab(std::string_view xml, const std::string& file, const converter_models& known) {
    return only<lab>(read(xml, file, wanted::lab, known));
}
read_result<topology> read_topology(const std::filesystem::path& file) {
    return only<topology>(read(file, wanted::topology, {}));
}
read_result<topology> read_topology(std::string_view xml, const std::string& file) {
    return only<topology>(read(xml, file, wanted::topology, {}));
}

}  // namespace rollover::model
