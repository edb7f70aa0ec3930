#include "engine/draw/graph_writer.h"

#include "engine/draw/terminal.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::draw {

namespace {

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

// Lines under each other; \n is DOT's own escape, so only what stands between is quoted.
std::string label_of(const std::vector<std::string>& lines) {
    std::string out = "\"";
    for (const std::string& line : lines) {
        const std::string text = in_quotes(line);
        out += (out.size() > 1 ? "\\n" : "") + text.substr(1, text.size() - 2);
    }
    return out + '"';
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// A frame and a blank at each side; one row for each line between the frame's two.
std::string size_on_terminal(const std::vector<std::string>& lines) {
    std::size_t width = 1;
    for (const std::string& line : lines) {
        width = std::max(width, width_of(line));
    }
    return fmt::format(",width={:.2f},height={:.2f},fixedsize=true",
                       (static_cast<double>(width) + 3) / columns_per_inch,
                       (static_cast<double>(lines.size()) + 1) / rows_per_inch);
}

}  // namespace

graph_writer::graph_writer(std::string_view name, medium m) : medium_(m), text_("graph " + in_quotes(name) + " {\n") {
    text_ += medium_ == medium::terminal ? "  graph [splines=ortho,nodesep=0.4,ranksep=0.6];\n"
                                         : "  graph [overlap=false,fontname=\"sans-serif\"];\n"
                                           "  node [fontname=\"sans-serif\",fontsize=11];\n"
                                           "  edge [fontname=\"sans-serif\",fontsize=9];\n";
}

void graph_writer::node(std::string_view id, const std::vector<std::string>& lines, std::string_view shape) {
    text_ += fmt::format("  {} [label={},shape={}{}];\n", in_quotes(id), label_of(lines),
                         medium_ == medium::terminal ? "box" : shape,
                         medium_ == medium::terminal ? size_on_terminal(lines) : "");
}

void graph_writer::edge(std::string_view from, std::string_view to, std::initializer_list<attribute> texts,
                        std::string_view style) {
    text_ += fmt::format("  {} -- {} [style={}", in_quotes(from), in_quotes(to), style);
    if (medium_ == medium::picture) {
        for (const auto& [name, text] : texts) {
            if (!text.empty()) {
                text_ += fmt::format(",{}={}", name, in_quotes(text));
            }
        }
    }
    text_ += "];\n";
}

void graph_writer::begin_cluster(std::string_view id, std::string_view label) {
    if (medium_ == medium::picture) {
        text_ += fmt::format("  subgraph {} {{\n  label={};style=rounded;color=gray;\n",
                             in_quotes(fmt::format("cluster {}", id)), in_quotes(label));
    }
}

void graph_writer::end_cluster() {
    if (medium_ == medium::picture) {
        text_ += "  }\n";
    }
}

std::string graph_writer::take() {
    return std::move(text_) + "}\n";
}

}  // namespace rollover::draw
