// JSON as it was written: a number keeps all its digits, and a member that is there twice is shown twice.

/** What it is made of, without spaces and colons. */
function tokensOf(text) {
    const token = /["{}[\],]|[^\s{}[\],:"]+/g;
    const tokens = [];
    for (let match = token.exec(text); match; match = token.exec(text)) {
        if (match[0] === "\"") token.lastIndex = behind(text, match.index);
        tokens.push(text.slice(match.index, token.lastIndex));
    }

    return tokens;
}

// By hand: an expression that takes a character or an escape again and again runs out of stack on a long text.
function behind(text, start) {
    let end = start + 1;
    while (text[end] !== "\"") end += text[end] === "\\" ? 2 : 1;
    return end + 1;
}

/** A scalar as its token; else { open, close, parts }, with the parts of an object as pairs of a key and a value. */
function read(text) {
    const tokens = tokensOf(text);
    let next = 0;
    const list = (open, close, one) => {
        const parts = [];
        if (tokens[next] === close) next++;
        else {
            do parts.push(one());
            while (tokens[next++] === ",");
        }

        return { open, close, parts };
    };
    const pair = () => {
        const key = tokens[next++];
        return [key, value()];
    };
    const value = () => {
        const token = tokens[next++];
        return token === "{" ? list("{", "}", pair) : token === "[" ? list("[", "]", value) : token;
    };
    return value();
}

// How a text is escaped says nothing, and is easier to read in one way.
const scalar = token => token.startsWith("\"") ? JSON.stringify(JSON.parse(token)) : token;

function write(node, indent) {
    if (typeof node === "string") return scalar(node);
    if (!node.parts.length) return node.open + node.close;
    const deeper = `${indent}  `;
    const lines = node.parts.map(part => deeper + (Array.isArray(part) ? `${scalar(part[0])}: ${write(part[1], deeper)}` : write(part, deeper)));
    return `${node.open}\n${lines.join(",\n")}\n${indent}${node.close}`;
}

/** A member of a JSON text, by the names on the way to it, with line breaks and indentation. */
export function pretty(text, ...path) {
    const member = path.reduce((node, name) => node.parts.find(([key]) => JSON.parse(key) === name)[1], read(text));
    return write(member, "");
}
