#include "engine/base/diagnostic.h"

#include "engine/base/text.h"

namespace rollover {

std::string to_string(const source_place& place) {
    std::string out = printable(place.file);
    if (place.line != 0) {
        out += ":" + std::to_string(place.line);
        if (place.column != 0) {
            out += ":" + std::to_string(place.column);
        }
    }
    return out;
}

std::string to_string(const diagnostic& d) {
    return to_string(d, "error");
}

std::string to_string(const diagnostic& d, std::string_view kind) {
    std::string out = to_string(d.place) + ": " + std::string(kind) + ": " + printable(d.what);
    if (!d.hint.empty()) {
        out += "; " + printable(d.hint);
    }
    return out;
}

}  // namespace rollover
