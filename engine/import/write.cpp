#include "engine/base/text.h"
#include "engine/import/draft.h"

namespace rollover::importing {

namespace {

/// `text` as it may stand in a comment: printable, and without "--" (XML 1.0, section 2.5).
std::string in_comment(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        if (c == '-' && out.ends_with('-')) {
            out += ' ';
        }
        out += c;
    }
    return out;
}

std::string in_attribute(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

class draft_writer {
public:
    written take() && { return std::move(out_); }

    void write(const draft_element& e, std::size_t depth) {
        for (const auto& r : e.remarks) {
            const auto* const word = r.what == remark::kind::missing ? "to be completed" : "guessed";
            line(e, depth, "<!-- " + std::string(word) + ": " + in_comment(r.text) + " -->");
        }
        std::string text = "<" + e.tag;
        for (const auto& [name, value] : e.attributes) {
            text += " " + name + "=\"" + in_attribute(value) + "\"";
        }
        if (e.children.empty()) {
            line(e, depth, text + "/>");
            return;
        }
        line(e, depth, text + ">");
        for (const auto& child : e.children) {
            write(child, depth + 1);
        }
        line(e, depth, "</" + e.tag + ">");
    }

    void first_line(const std::string& text) {
        out_.xml += text + "\n";
        out_.lines.push_back(nullptr);
    }

private:
    void line(const draft_element& e, std::size_t depth, const std::string& text) {
        out_.xml += std::string(2 * depth, ' ') + text + "\n";
        out_.lines.push_back(&e);
    }

    written out_;
};

}  // namespace

written write(const draft_element& root) {
    draft_writer writer;
    writer.first_line(R"(<?xml version="1.0" encoding="UTF-8"?>)");
    writer.write(root, 0);
    return std::move(writer).take();
}

}  // namespace rollover::importing
