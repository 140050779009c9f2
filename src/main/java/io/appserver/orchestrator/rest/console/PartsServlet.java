package io.appserver.orchestrator.rest.console;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Gives browsers all modules and styles of the console in one answer: one request can be lost. */
@WebServlet("/parts.json")
public class PartsServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private transient Content parts = Content.of("application/json", "{}");

  @Override
  public void init() throws ServletException {
    ServletContext context = getServletContext();
    try {
      Map<String, String> texts =
          Parts.of(
              path -> context.getResourcePaths(path), path -> context.getResourceAsStream(path));
      JsonObjectBuilder json = Json.createObjectBuilder();
      texts.forEach(json::add);
      parts = Content.of("application/json", json.build().toString());
    } catch (IOException e) {
      throw new ServletException(e);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    parts.send(request, response);
  }
}
