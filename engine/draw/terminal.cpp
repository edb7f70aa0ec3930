#include "engine/draw/terminal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <vector>

namespace rollover::draw {

namespace {

constexpr double most_cells = 4'000;

struct cell {
    int column = 0;
    int row = 0;
};

// What goes through a cell: lines to its four sides, or a text.
class canvas {
public:
    enum side : std::uint8_t { up = 1, down = 2, left = 4, right = 8 };

    canvas(int columns, int rows)
        : rows_(static_cast<std::size_t>(rows), std::vector<spot>(static_cast<std::size_t>(columns))) {}

    void line(cell from, cell to);
    void box(cell top_left, cell bottom_right);
    void text(cell at, std::string_view words);
    [[nodiscard]] std::string take() const;

private:
    struct spot {
        std::uint8_t lines = 0;
        std::string text;
    };

    spot* at(cell c) {
        if (c.row < 0 || c.column < 0 || static_cast<std::size_t>(c.row) >= rows_.size() ||
            static_cast<std::size_t>(c.column) >= rows_.front().size()) {
            return nullptr;
        }
        return &rows_[static_cast<std::size_t>(c.row)][static_cast<std::size_t>(c.column)];
    }
    void mark(cell c, std::uint8_t side) {
        if (spot* s = at(c)) {
            s->lines |= side;
        }
    }
    void step(cell& from, int columns, int rows, side out, side in) {
        mark(from, out);
        from = {from.column + columns, from.row + rows};
        mark(from, in);
    }

    std::vector<std::vector<spot>> rows_;
};

// Along the row first, then along the column: what Graphviz lays out in right angles has only one of the two.
void canvas::line(cell from, cell to) {
    while (from.column < to.column) {
        step(from, 1, 0, right, left);
    }
    while (from.column > to.column) {
        step(from, -1, 0, left, right);
    }
    while (from.row < to.row) {
        step(from, 0, 1, down, up);
    }
    while (from.row > to.row) {
        step(from, 0, -1, up, down);
    }
}

// Its inside hides what runs below; on its frame lines end.
void canvas::box(cell top_left, cell bottom_right) {
    for (int row = top_left.row + 1; row < bottom_right.row; ++row) {
        for (int column = top_left.column + 1; column < bottom_right.column; ++column) {
            if (spot* s = at({column, row})) {
                *s = {};
            }
        }
    }
    const auto strip = [&](cell c, std::uint8_t inwards) {
        if (spot* s = at(c)) {
            s->lines &= static_cast<std::uint8_t>(~inwards);
        }
    };
    for (int column = top_left.column; column <= bottom_right.column; ++column) {
        strip({column, top_left.row}, down);
        strip({column, bottom_right.row}, up);
    }
    for (int row = top_left.row; row <= bottom_right.row; ++row) {
        strip({top_left.column, row}, right);
        strip({bottom_right.column, row}, left);
    }
    const cell top_right{bottom_right.column, top_left.row};
    const cell bottom_left{top_left.column, bottom_right.row};
    line(top_left, top_right);
    line(top_right, bottom_right);
    line(bottom_right, bottom_left);
    line(bottom_left, top_left);
}

void canvas::text(cell from, std::string_view words) {
    for (std::size_t i = 0; i < words.size();) {
        std::size_t length = 1;
        while (i + length < words.size() && (static_cast<unsigned char>(words[i + length]) & 0xC0U) == 0x80U) {
            ++length;
        }
        if (spot* s = at(from)) {
            s->text = words.substr(i, length);
        }
        ++from.column;
        i += length;
    }
}

std::string canvas::take() const {
    // By the bits up 1, down 2, left 4, right 8.
    constexpr std::array<std::string_view, 16> glyphs{" ", "│", "│", "│", "─", "┘", "┐", "┤",
                                                      "─", "└", "┌", "├", "─", "┴", "┬", "┼"};
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (const spot& s : row) {
            line += s.text.empty() ? glyphs[s.lines] : std::string_view(s.text);
        }
        out += line.erase(line.find_last_not_of(' ') + 1) + '\n';
    }
    return out;
}

// The words of one line of Graphviz's plain format: separated by blanks, in quotes where they need them.
class words {
public:
    explicit words(std::string_view line) : rest_(line) {}

    std::optional<std::string> next() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        if (rest_.empty()) {
            return std::nullopt;
        }
        if (rest_.front() == '"') {
            return quoted();
        }
        const auto end = std::min(rest_.find(' '), rest_.size());
        std::string word(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return word;
    }

    std::optional<double> number() {
        const auto word = next();
        double value = 0;
        if (!word || std::from_chars(word->data(), word->data() + word->size(), value).ec != std::errc() ||
            !std::isfinite(value)) {
            return std::nullopt;
        }
        return value;
    }

private:
    // Backslashes stay: a label's "\n" is told from its letters later.
    std::optional<std::string> quoted() {
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '\\') {
                ++i;
            } else if (rest_[i] == '"') {
                std::string word(rest_.substr(1, i - 1));
                rest_.remove_prefix(i + 1);
                return word;
            }
        }
        return std::nullopt;
    }

    std::string_view rest_;
};

std::vector<std::string> label_lines(std::string_view label) {
    std::vector<std::string> lines(1);
    for (std::size_t i = 0; i < label.size(); ++i) {
        const bool escapes = label[i] == '\\' && i + 1 < label.size();
        i += escapes ? 1 : 0;
        if (escapes && label[i] == 'n') {
            lines.emplace_back();
        } else {
            lines.back() += label[i];
        }
    }
    return lines;
}

class drawing {
public:
    drawing(double columns, double rows)
        : rows_(static_cast<int>(std::lround(rows))), canvas_(static_cast<int>(std::lround(columns)) + 2, rows_ + 2) {}

    bool edge(words& line);
    bool node(words& line);
    [[nodiscard]] std::string take() const { return canvas_.take(); }

private:
    [[nodiscard]] cell at(double x, double y) const {  // Graphviz counts from below
        return {static_cast<int>(std::lround(x * columns_per_inch)),
                rows_ - static_cast<int>(std::lround(y * rows_per_inch))};
    }

    int rows_;
    canvas canvas_;
};

// edge TAIL HEAD N X1 Y1 ... XN YN ...: control points of curves, which are straight here.
bool drawing::edge(words& line) {
    const bool named = line.next() && line.next();
    const auto points = line.number();
    if (!named || !points || *points < 1 || *points > most_cells) {
        return false;
    }
    std::optional<cell> before;
    for (int i = 0; i < static_cast<int>(*points); ++i) {
        const auto x = line.number();
        const auto y = line.number();
        if (!x || !y || std::abs(*x) > most_cells || std::abs(*y) > most_cells) {
            return false;
        }
        const cell now = at(*x, *y);
        if (before) {
            canvas_.line(*before, now);
        }
        before = now;
    }
    return true;
}

// node NAME X Y WIDTH HEIGHT LABEL ...: X and Y are its middle.
bool drawing::node(words& line) {
    const bool named = line.next().has_value();
    std::array<double, 4> numbers{};
    for (double& n : numbers) {
        const auto read = line.number();
        if (!read || std::abs(*read) > most_cells) {
            return false;
        }
        n = *read;
    }
    const auto label = line.next();
    if (!named || !label) {
        return false;
    }
    const auto [x, y, width, height] = numbers;
    const cell top_left = at(x - width / 2, y + height / 2);
    const auto lines = label_lines(*label);
    const cell bottom_right{top_left.column + static_cast<int>(std::lround(width * columns_per_inch)),
                            top_left.row + static_cast<int>(lines.size()) + 1};
    canvas_.box(top_left, bottom_right);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        canvas_.text({top_left.column + 2, top_left.row + 1 + static_cast<int>(i)}, lines[i]);
    }
    return true;
}

failure not_plain() {
    return {errc::bad_input, "this is not a graph in Graphviz's plain format"};
}

}  // namespace

result<std::string> on_terminal(std::string_view plain) {
    std::vector<std::string_view> nodes;
    std::vector<std::string_view> edges;
    std::optional<drawing> on;
    while (!plain.empty()) {
        const auto end = std::min(plain.find('\n'), plain.size());
        const std::string_view text = plain.substr(0, end);
        plain.remove_prefix(std::min(end + 1, plain.size()));
        words line(text);
        const auto what = line.next().value_or("");
        if (what == "graph") {
            const auto scale = line.number();
            const auto width = line.number();
            const auto height = line.number();
            if (!scale || !width || !height || *width < 0 || *height < 0) {
                return not_plain();
            }
            if (*width * columns_per_inch > most_cells || *height * rows_per_inch > most_cells) {
                return failure(errc::bad_input, "the graph is too large for a terminal").advise("draw it as SVG");
            }
            on.emplace(*width * columns_per_inch, *height * rows_per_inch);
        } else if (what == "node") {
            nodes.push_back(text);
        } else if (what == "edge") {
            edges.push_back(text);
        }
    }
    if (!on) {
        return not_plain();
    }
    for (const std::string_view text : edges) {  // below the boxes
        words line(text);
        (void)line.next();
        if (!on->edge(line)) {
            return not_plain();
        }
    }
    for (const std::string_view text : nodes) {
        words line(text);
        (void)line.next();
        if (!on->node(line)) {
            return not_plain();
        }
    }
    return on->take();
}

}  // namespace rollover::draw
