// What no author may type in this lab.
#include "engine/model/lab_reader.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace rollover::model {

void lab_reader::read_forbid(element& e) {
    forbidden_command f;
    f.place = e.place();
    f.platform = e.optional("platform", rules::name);
    f.because = e.optional("because", rules::text_line);
    f.command = e.optional("command", rules::label);
    f.pattern = e.optional("match", rules::text_line);
    if (e.has("command") == e.has("match")) {
        e.wrong("<forbid> needs either command or match",
                "command=\"reload\" is found abbreviated too; match=\"...\" is a regular expression");
    }
    if (e.has("match")) {
        RE2::Options quiet;
        quiet.set_log_errors(false);
        const RE2 compiled(f.pattern, quiet);
        if (!compiled.ok()) {
            e.wrong("match", fmt::format("{} is no regular expression: {}", in_quotes(f.pattern), compiled.error()),
                    "the syntax is that of RE2; put a \\ before a character that should stand for itself");
        } else if (RE2::PartialMatch("", compiled)) {
            e.wrong("match", fmt::format("{} is found in every line", in_quotes(f.pattern)),
                    "say what must stand in a line");
        }
    }
    if (e.has("command") && f.command.find_first_not_of(' ') == std::string::npos) {
        e.wrong("command", "it has no word", "write the command as it is typed: reload");
    }
    e.finish();
    lab_.forbidden.push_back(std::move(f));
}

}  // namespace rollover::model
