/// A plot of lines as SVG: a title, two axes with round marks, a legend.
struct LinePlot {
    struct Line {
        var title: String
        /// In ascending order of x.
        var points: [(x: Double, y: Double)]
    }

    var title: String
    var horizontal: String
    var vertical: String
    var lines: [Line]

    private static let colours = ["#b8860b", "#8a8a8a", "#c0392b", "#1f6fb2", "#2e8b57"]
    private static let (width, height) = (760.0, 420.0)
    private static let (left, right, top, bottom) = (64.0, 200.0, 44.0, 52.0)

    /// The picture.
    var svg: String {
        let points = lines.flatMap(\.points)
        let (xMaximum, yMaximum) = (points.map(\.x).max() ?? 1, points.map(\.y).max() ?? 1)
        let (xStep, yStep) = (Self.step(xMaximum), Self.step(yMaximum))
        let plotWidth = Self.width - Self.left - Self.right
        let plotHeight = Self.height - Self.top - Self.bottom
        func x(_ value: Double) -> Double { Self.left + value / xMaximum * plotWidth }
        func y(_ value: Double) -> Double { Self.height - Self.bottom - value / yMaximum * plotHeight }
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="\(Self.left)" y="24" font-size="15">\(title)</text>

            """
        for value in stride(from: 0, through: yMaximum, by: yStep) {
            text += "<line x1=\"\(Self.left)\" x2=\"\(Self.round(x(xMaximum)))\" y1=\"\(Self.round(y(value)))\" "
            text += "y2=\"\(Self.round(y(value)))\" stroke=\"#dddddd\"/>\n"
            text +=
                "<text x=\"\(Self.left - 6)\" y=\"\(Self.round(y(value) + 4))\" text-anchor=\"end\">\(Self.label(value))</text>\n"
        }
        for value in stride(from: 0, through: xMaximum, by: xStep) {
            text += "<text x=\"\(Self.round(x(value)))\" y=\"\(Self.height - Self.bottom + 18)\" "
            text += "text-anchor=\"middle\">\(Self.label(value))</text>\n"
        }
        text +=
            "<text x=\"\(Self.left + plotWidth / 2)\" y=\"\(Self.height - 12)\" text-anchor=\"middle\">\(horizontal)</text>\n"
        text +=
            "<text transform=\"translate(16 \(Self.top + plotHeight / 2)) rotate(-90)\" text-anchor=\"middle\">\(vertical)</text>\n"
        for (index, line) in lines.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let path = line.points.map { "\(Self.round(x($0.x))),\(Self.round(y($0.y)))" }.joined(separator: " ")
            text += "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.6\"/>\n"
            let legend = Self.top + 10 + Double(index) * 20
            text +=
                "<line x1=\"\(Self.width - Self.right + 14)\" x2=\"\(Self.width - Self.right + 38)\" y1=\"\(legend)\" "
            text += "y2=\"\(legend)\" stroke=\"\(colour)\" stroke-width=\"3\"/>\n"
            text += "<text x=\"\(Self.width - Self.right + 44)\" y=\"\(legend + 4)\">\(line.title)</text>\n"
        }
        return text + "</svg>\n"
    }

    /// A round distance between marks, so that there are four to ten.
    private static func step(_ maximum: Double) -> Double {
        var step = 1e-3
        while maximum / step > 10 {
            for factor in [2, 2.5, 2] where maximum / step > 10 { step *= factor }
        }
        return step
    }

    private static func label(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(Self.round(value))"
    }

    private static func round(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
