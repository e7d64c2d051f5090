"""What an eye gets of colours, inside a page."""

# ratio() of two colours, which are painted, the first one upon the other: that is what an eye gets.
RATIO = """
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const part = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (...colours) => {
        for (const colour of colours) {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((each) => part(each / 255));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ratio = (one, other) => {
        const [low, high] = [luminance(other, one), luminance(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
"""
# groundOf() an element: the first one that is opaque, of its own or of what it stands on.
GROUND_OF = """
    const groundOf = (each) => {
        const { backgroundColor } = getComputedStyle(each ?? document.body);
        return each && /^rgba|\\//.test(backgroundColor) ? groundOf(each.parentElement) : backgroundColor;
    };
"""
# The best contrast of an element's line (outline, border, or ring of a shadow) with its inside or its outside.
LINE = f"""(each, pseudo) => {{ {RATIO} {GROUND_OF}
    const style = getComputedStyle(each, pseudo);
    const lines = ["Top", "Right", "Bottom", "Left"].map((side) => [style[`border${{side}}Style`],
        style[`border${{side}}Width`], style[`border${{side}}Color`]]);
    lines.push([style.outlineStyle, style.outlineWidth, style.outlineColor]);
    if (style.boxShadow !== "none") lines.push(["solid", "1px", style.boxShadow.match(/^\\S+\\(.*?\\)/)[0]]);
    const drawn = lines.filter(([kind, width]) => kind !== "none" && width !== "0px");
    const grounds = [groundOf(each), groundOf(each.parentElement)];
    return Math.max(1, ...drawn.flatMap(([, , colour]) => grounds.map((ground) => ratio(colour, ground))));
}}"""
# The contrast of an element's own ground with what it stands on.
GROUND = f"""(each, pseudo) => {{ {RATIO} {GROUND_OF}
    return ratio(getComputedStyle(each, pseudo).backgroundColor, groundOf(pseudo ? each : each.parentElement));
}}"""
