// Writes a graph in DOT; every text is quoted, so a name can hold anything.
#pragma once

#include "engine/draw/dot.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::draw {

using attribute = std::pair<std::string_view, std::string>;

class graph_writer {
public:
    graph_writer(std::string_view name, medium m);

    /// A box, or another shape, with these lines in it. `id` is what edges name.
    void node(std::string_view id, const std::vector<std::string>& lines, std::string_view shape = "box");
    /// Texts are left out on a terminal.
    void edge(std::string_view from, std::string_view to, std::initializer_list<attribute> texts,
              std::string_view style = "solid");
    void begin_cluster(std::string_view id, std::string_view label);
    void end_cluster();

    /// Ends the graph.
    [[nodiscard]] std::string take();

private:
    medium medium_;
    std::string text_;
};

}  // namespace rollover::draw
